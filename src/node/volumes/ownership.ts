import type { Files } from '../../world/files.ts'
import { joinPath } from './paths.ts'

const SET_GROUP_ID = 0o2000

/**
 * Gives a volume to the group of the pod's `fsGroup`, as the kubelet does: who belongs to it may read, and write unless
 * the volume is read-only; what is made in a directory later belongs to it too. The group itself is set where this user
 * may: an id that is not mapped into the namespaces is refused, and the files stay with their owner.
 * https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 */
export async function giveToGroup(
  files: Files,
  path: string,
  { gid, readOnly }: { readonly gid: number; readonly readOnly: boolean },
): Promise<void> {
  const status = await files.statusOf(path, { followLinks: false })
  if (status === undefined) return
  if (status.type === 'directory') {
    for (const { name } of await files.list(path)) {
      await giveToGroup(files, joinPath(path, name), { gid, readOnly })
    }
  }
  await tryChangeOwner(files, path, { gid })
  // A link has no mode of its own.
  if (status.type === 'link') return
  const bits = readOnly ? 0o440 : 0o660
  const ofDirectory = status.type === 'directory' ? SET_GROUP_ID | 0o110 : 0
  await files.changeMode(path, status.mode | bits | ofDirectory)
}

/** Whether it was allowed. */
export async function tryChangeOwner(
  files: Files,
  path: string,
  owner: { readonly uid?: number; readonly gid?: number },
): Promise<boolean> {
  try {
    await files.changeOwner(path, owner)
    return true
  } catch {
    // EINVAL or EPERM: an id that this user has no right to.
    return false
  }
}
