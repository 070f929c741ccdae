import type { Container } from '../api/pod.ts'
import type { ContainerConfig, Mount } from '../runtime/runtime.ts'
import type { Files } from '../world/files.ts'

/** MaxContainerTerminationMessageLength of the kubelet: the end of a longer file counts. */
const MESSAGE_BYTES_MAX = 4_096
const DEFAULT_PATH = '/dev/termination-log'

/** Where the files of a node's pods are. Absent: this node keeps none. */
export interface PodFiles {
  readonly files: Files
  /** Absolute; what belongs to a pod is in a directory of its UID. */
  readonly podDirectory: string
}

/**
 * The container with a file for its last words: an empty one for each of its starts, which it sees at its
 * terminationMessagePath. https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
export async function withMessageFile(
  { files, podDirectory }: PodFiles,
  container: Container,
  config: ContainerConfig,
): Promise<ContainerConfig> {
  const target = container.terminationMessagePath ?? DEFAULT_PATH
  if (target === '') return config
  const directory = `${podDirectory}/${config.sandboxId}/containers/${container.name}`
  const source = `${directory}/${config.id}`
  await files.makeDirectory(directory)
  await files.writeText(source, '')
  // Whoever the container runs as may write it, whatever the umask here.
  await files.changeMode(source, 0o666)
  const mount: Mount = {
    source,
    target: target.startsWith('/') ? target : `/${target}`,
    readOnly: false,
  }
  return { ...config, mounts: [...(config.mounts ?? []), mount] }
}

/** What the container wrote there; empty when nothing can be read. */
export async function readMessageFile(
  { files, podDirectory }: PodFiles,
  { id, sandboxId, name }: Pick<ContainerConfig, 'id' | 'sandboxId' | 'name'>,
): Promise<string> {
  const path = `${podDirectory}/${sandboxId}/containers/${name}/${id}`
  try {
    const offset = Math.max(0, (await files.sizeOf(path)) - MESSAGE_BYTES_MAX)
    const bytes = await files.readRange(path, { offset, bytesMax: MESSAGE_BYTES_MAX })
    return new TextDecoder().decode(bytes)
  } catch {
    return ''
  }
}

/** All that a pod keeps in files, when it is gone. What cannot be removed now is when the node starts again. */
export async function removePodFiles(
  { files, podDirectory }: PodFiles,
  uid: string,
): Promise<void> {
  await files.remove(`${podDirectory}/${uid}`).catch(() => undefined)
}
