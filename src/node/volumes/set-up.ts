import type { Container, Pod } from '../../api/pod.ts'
import type { Volume } from '../../api/volume.ts'
import type { Files } from '../../world/files.ts'
import { writeAtomically } from './atomic-write.ts'
import { checkHostPath, refusedAs } from './host-path.ts'
import { giveToGroup, tryChangeOwner } from './ownership.ts'
import { cleanPath, joinPath } from './paths.ts'
import type { Payload } from './payload.ts'
import { VolumeError } from './volume-error.ts'

/** Everybody may do everything in it: the pod's containers alone see it. */
const VOLUME_MODE = 0o777
/** What a kubelet keeps in memory has the mode of a tmpfs. */
const MEMORY_MODE = 0o1777

interface SetUp {
  readonly files: Files
  readonly pod: Pod
  readonly volume: Volume
  /** Where the volume is to be. */
  readonly directory: string
}

/**
 * A directory that is as empty as it was left. `mount` makes it one in memory, where that is asked and can be had.
 * https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export async function setUpEmptyDir(
  { files, pod, volume, directory }: SetUp,
  mount: (directory: string) => Promise<unknown>,
): Promise<void> {
  const { medium = '' } = volume.emptyDir ?? {}
  if (medium !== '' && medium !== 'Memory') {
    throw new VolumeError(`hitless has no emptyDir in the medium ${medium}`)
  }
  await makeVolumeDirectory(files, directory, medium === 'Memory' ? MEMORY_MODE : VOLUME_MODE)
  if (medium === 'Memory') await mount(directory)
  const gid = pod.spec.securityContext?.fsGroup
  if (gid !== undefined) await giveToGroup(files, directory, { gid, readOnly: false })
}

/** The machine's own path, looked at once. */
export async function setUpHostPath(files: Files, volume: Volume): Promise<string> {
  const { hostPath } = volume
  if (hostPath === undefined) throw new VolumeError('no hostPath')
  await checkHostPath(files, hostPath)
  // As container runtimes do with a source that is not there.
  const path = cleanPath(hostPath.path)
  if ((await files.kindOf(path)) === 'missing') {
    await refusedAs('mkdir', path, files.makeDirectory(path))
  }
  return path
}

/** The files of a payload, shown at one moment. */
export async function setUpPayload(set: SetUp, payload: Payload, wallMs: number): Promise<void> {
  const { files, pod, volume, directory } = set
  const mode = volume.configMap === undefined ? MEMORY_MODE : VOLUME_MODE
  await makeVolumeDirectory(files, directory, mode)
  for (const point of nestedMountPoints(volume.name, pod)) {
    const path = joinPath(directory, point)
    await refusedAs('mkdir', path, files.makeDirectory(path))
  }
  const gid = pod.spec.securityContext?.fsGroup
  await writeAtomically(payload, {
    files,
    directory,
    wallMs,
    async prepare(newFiles) {
      for (const [path, { isToken }] of payload) {
        if (isToken === true) await keepForOwner(files, joinPath(newFiles, path), pod)
      }
      if (gid !== undefined) await giveToGroup(files, directory, { gid, readOnly: true })
    },
  })
}

async function makeVolumeDirectory(files: Files, directory: string, mode: number): Promise<void> {
  await refusedAs('mkdir', directory, files.makeDirectory(directory))
  const status = await files.statusOf(directory, { followLinks: false })
  // One that is shown anew may have been given to a group.
  if (((status?.mode ?? 0) & mode) !== mode) await files.changeMode(directory, mode)
}

/**
 * A token is for the one user that the pod's containers run as, or for the pod's group. Where the file cannot be given
 * to them, it stays as readable as the volume's other files are: else its own containers could not read it.
 */
async function keepForOwner(files: Files, path: string, pod: Pod): Promise<void> {
  const uid = userOf(pod)
  const gid = pod.spec.securityContext?.fsGroup
  if (uid === undefined && gid === undefined) return
  const owner = uid === undefined ? { gid: gid ?? 0 } : { uid }
  if (await tryChangeOwner(files, path, owner)) await files.changeMode(path, 0o600)
}

/** Undefined when containers run as different users, or one does not say as whom. */
function userOf({ spec }: Pod): number | undefined {
  const all = [...(spec.initContainers ?? []), ...spec.containers]
  const users = new Set(
    all.map((container) => container.securityContext?.runAsUser ?? spec.securityContext?.runAsUser),
  )
  return users.size === 1 ? [...users][0] : undefined
}

/** Where other volumes are mounted inside of this one: a read-only one has to have a directory there. */
function nestedMountPoints(name: string, { spec }: Pod): readonly string[] {
  const all = [...(spec.initContainers ?? []), ...spec.containers]
  return [...new Set(all.flatMap((container) => nestedIn(name, container)))]
}

function nestedIn(name: string, { volumeMounts = [] }: Container): readonly string[] {
  const points = volumeMounts
    .map(({ mountPath }) => cleanPath(mountPath))
    .toSorted((a, b) => a.length - b.length)
  return volumeMounts
    .filter((mount) => mount.name === name)
    .map(({ mountPath }) => `${cleanPath(mountPath)}/`)
    .flatMap((own) => {
      const nested: string[] = []
      for (const point of points.filter((other) => other.startsWith(own))) {
        if (!nested.some((outer) => point.startsWith(`${outer}/`))) nested.push(point)
      }
      return nested.map((point) => point.slice(own.length))
    })
}
