import type { Container, Pod } from '../../api/pod.ts'
import {
  type ContainerConfig,
  ContainerStartError,
  type ImageConfig,
} from '../../runtime/runtime.ts'
import type { Files } from '../../world/files.ts'
import { refuseTooLarge } from './argument-sizes.ts'
import { containerLimits } from './container-limits.ts'
import { containerUser, homeOf, type ImageAccounts } from './container-user.ts'

/** More of an image's list of users is not read. */
const ACCOUNTS_BYTES_MAX = 1_048_576

/**
 * The container with the user that it runs as and what it may use at most. `setsHome`: HOME is the home directory of that
 * user unless something says otherwise, which some runtimes see to themselves. Rejects with ContainerConfigError, and with
 * ContainerStartError for what no process can be given.
 */
export async function withPrivileges(
  files: Files | undefined,
  pod: Pod,
  container: Container,
  image: ImageConfig,
  config: ContainerConfig,
  { setsHome }: { readonly setsHome: boolean },
): Promise<ContainerConfig> {
  refuseNuls(config)
  refuseTooLarge(config)
  const user = containerUser(pod, container, image, await readAccounts(files, image))
  const limits = containerLimits(container)
  const home = setsHome ? await findHome(files, image, user?.uid ?? 0) : undefined
  return {
    ...config,
    ...(home === undefined ? {} : { env: { HOME: home, ...config.env } }),
    ...(user === undefined ? {} : { user }),
    ...(limits === undefined ? {} : { limits }),
  }
}

/** Arguments and variables end at their first NUL: one inside cannot be passed on. */
function refuseNuls({ command, env }: ContainerConfig): void {
  for (const [name, value] of Object.entries(env)) {
    if (!`${name}${value}`.includes('\0')) continue
    throw new ContainerStartError(
      `invalid environment variable ${JSON.stringify(name)}: its value contains a NUL byte (\\x00)`,
    )
  }
  const index = command.findIndex((word) => word.includes('\0'))
  if (index !== -1) {
    throw new ContainerStartError(`argument ${index} of the command contains a NUL byte (\\x00)`)
  }
}

async function readAccounts(
  files: Files | undefined,
  { rootDirectory }: ImageConfig,
): Promise<ImageAccounts> {
  if (files === undefined || rootDirectory === undefined) return { passwd: '', group: '' }
  return {
    passwd: await readAccountsFile(files, `${rootDirectory}/etc/passwd`),
    group: await readAccountsFile(files, `${rootDirectory}/etc/group`),
  }
}

/** What an image without files of its own sees is the machine's. Undefined where nothing can be read. */
async function findHome(
  files: Files | undefined,
  { rootDirectory = '' }: ImageConfig,
  uid: number,
): Promise<string | undefined> {
  if (files === undefined) return undefined
  return homeOf(uid, await readAccountsFile(files, `${rootDirectory}/etc/passwd`))
}

/** An image need not have any users. */
function readAccountsFile(files: Files, path: string): Promise<string> {
  return files.readText(path, { bytesMax: ACCOUNTS_BYTES_MAX }).catch(() => '')
}
