import type { Container, Pod } from '../../api/pod.ts'
import type { ContainerUser, ImageConfig } from '../../runtime/runtime.ts'
import { ContainerConfigError } from './container-config-error.ts'

/** The users and groups that an image knows: its /etc/passwd and /etc/group. */
export interface ImageAccounts {
  readonly passwd: string
  readonly group: string
}

/** The highest user ID there may be (2^31 - 1). */
const USER_ID_MAX = 2_147_483_647

/**
 * Whom a container runs as: its own securityContext, else the pod's, else the image. Undefined when none of them says:
 * as hitless itself. The group of an image's `USER:GROUP` does not count, as it does not in Kubernetes. Throws
 * ContainerConfigError. https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 */
export function containerUser(
  pod: Pod,
  container: Container,
  image: ImageConfig,
  accounts: ImageAccounts,
): ContainerUser | undefined {
  const { fsGroup, supplementalGroups = [] } = pod.spec.securityContext ?? {}
  const effective = { ...pod.spec.securityContext, ...container.securityContext }
  const { runAsUser, runAsGroup, runAsNonRoot } = effective
  const imageUser = userOf(image)
  if (runAsNonRoot === true) {
    const fault = nonRootFault(runAsUser, imageUser)
    const subject = `(pod: ${JSON.stringify(formatPod(pod))}, container: ${container.name})`
    if (fault !== undefined) throw new ContainerConfigError(`${fault} ${subject}`)
  }
  const groups = [...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups]
  const isSaid = runAsUser !== undefined || runAsGroup !== undefined || imageUser !== undefined
  if (!isSaid && groups.length === 0) return undefined

  const account = accountOf(runAsUser ?? imageUser ?? 0, accounts.passwd)
  const own = account.name === undefined ? [] : groupsOf(account.name, accounts.group)
  return {
    uid: account.uid,
    gid: runAsGroup ?? account.gid,
    supplementalGroups: [...new Set([...groups, ...own])],
  }
}

/** A number where it is one. An image with files of its own that names nobody runs as root. */
function userOf({ user = '', rootDirectory }: ImageConfig): number | string | undefined {
  const [name = ''] = user.split(':')
  if (name === '') return rootDirectory === undefined ? undefined : 0
  return /^\d+$/.test(name) ? Number(name) : name
}

/** Why runAsNonRoot does not let it start, in the kubelet's words. Nothing is known of an image that says nothing. */
function nonRootFault(
  runAsUser: number | undefined,
  imageUser: number | string | undefined,
): string | undefined {
  if (runAsUser !== undefined) {
    return runAsUser === 0 ? "container's runAsUser breaks non-root policy" : undefined
  }
  if (typeof imageUser === 'string') {
    return `container has runAsNonRoot and image has non-numeric user (${imageUser}), cannot verify user is non-root`
  }
  if (imageUser === 0) return 'container has runAsNonRoot and image will run as root'
  if (imageUser !== undefined && imageUser > USER_ID_MAX) {
    return `container has runAsNonRoot and image has an invalid user id (${imageUser}). (Must be 1-(${USER_ID_MAX})): must be between 0 and ${USER_ID_MAX}, inclusive`
  }
  return undefined
}

/** Of the first entry with that number; `/` where there is none, or an empty one, as runc has it. */
export function homeOf(uid: number, passwd: string): string {
  const home = recordsOf(passwd).find((fields) => Number(fields[2]) === uid)?.[5] ?? ''
  return home === '' ? '/' : home
}

interface Account {
  readonly name?: string
  readonly uid: number
  readonly gid: number
}

/** By name it has to be there; a number that nobody has belongs to group 0. */
function accountOf(user: number | string, passwd: string): Account {
  for (const [name = '', , uid, gid] of recordsOf(passwd)) {
    if (user === name || user === Number(uid)) return { name, uid: Number(uid), gid: Number(gid) }
  }
  if (typeof user === 'number') return { uid: user, gid: 0 }
  throw new Error(`unable to find user ${user}: no matching entries in passwd file`)
}

function groupsOf(name: string, group: string): readonly number[] {
  return recordsOf(group)
    .filter(([, , , members = '']) => members.split(',').includes(name))
    .map(([, , gid]) => Number(gid))
}

function recordsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(':'))
    .filter((fields) => /^\d+$/.test(fields[2] ?? ''))
}

function formatPod({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`
}
