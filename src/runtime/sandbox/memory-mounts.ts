import type { Files } from '../../world/files.ts'
import type { Processes } from '../../world/processes.ts'
import { quote, SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import type { SandboxTools } from './tools.ts'

const TIMEOUT_MS = 10_000

interface MountDoors {
  readonly processes: Processes
  readonly files: Files
  readonly tools: SandboxTools
}

/** Makes the directory a file system in memory, once. Why the kernel refuses, where it does. */
export async function mountMemory(
  doors: MountDoors,
  directory: string,
  sizeBytes: number | undefined,
): Promise<string | undefined> {
  if ((await mountPoints(doors.files)).includes(directory)) return undefined
  const options = ['mode=1777', ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`])].join(',')
  const command = [doors.tools.mount, '-t', 'tmpfs', '-o', options, 'tmpfs', directory]
  const { exitCode, stderr } = await run(doors, command)
  return exitCode === 0 ? undefined : stderr.trim().split('\n')[0]
}

/** Whatever `mountMemory` has made there or below. */
export async function unmountMemory(doors: MountDoors, directory: string): Promise<void> {
  const places = await mountPoints(doors.files)
  const own = places.filter((place) => place === directory || place.startsWith(`${directory}/`))
  if (own.length === 0) return
  // Their contents first, as containers of other pods may hold a view of them; the mount point itself is busy.
  for (const place of own) await doors.files.remove(place).catch(() => undefined)
  // Lazily: whoever still looks into one (kubectl exec) does not keep the others.
  const script = own.map((place) => `umount -l ${quote(place)}\n`).join('')
  await run(doors, [doors.tools.sh, '-c', script])
}

function run({ processes }: MountDoors, command: readonly string[]) {
  return processes.run(command, { timeoutMs: TIMEOUT_MS, env: SCRIPT_ENVIRONMENT })
}

/** Of tmpfs: proc_pid_mountinfo(5). */
async function mountPoints(files: Files): Promise<readonly string[]> {
  return parseMountPoints(await files.readText('/proc/self/mountinfo').catch(() => ''))
}

export function parseMountPoints(text: string): readonly string[] {
  // `id parent major:minor root place options … - type source …`; blanks and backslashes are octal.
  const line = /^\d+ \d+ \S+ \S+ (\S+) .* - tmpfs /gm
  return [...text.matchAll(line)].map(([, place = '']) =>
    place.replaceAll(/\\(\d{3})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 8)),
    ),
  )
}
