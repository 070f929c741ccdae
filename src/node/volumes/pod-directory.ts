import type { Runtime } from '../../runtime/runtime.ts'
import type { Files } from '../../world/files.ts'
import type { PodFiles } from '../termination-message.ts'
import { joinPath } from './paths.ts'

/** There are Secrets in it. */
const OWNER_ONLY = 0o700

/** Makes the place of all pods' files, and removes those of pods that are no more: what a node that was killed has left. */
export async function preparePodDirectory(
  { files, podDirectory }: PodFiles,
  runtime: Pick<Runtime, 'unmountMemory'>,
  isKnown: (uid: string) => boolean,
): Promise<void> {
  await files.makeDirectory(podDirectory)
  await files.changeMode(podDirectory, OWNER_ONLY)
  for (const { name } of await files.list(podDirectory)) {
    if (!isKnown(name)) await removePodFiles({ files, runtime }, joinPath(podDirectory, name))
  }
}

/**
 * A file system in memory is in the way of the first attempt. What this user may not remove stays until the node starts
 * again, and is in nobody's way.
 */
export async function removePodFiles(
  { files, runtime }: { readonly files: Files; readonly runtime: Pick<Runtime, 'unmountMemory'> },
  path: string,
): Promise<void> {
  try {
    await files.remove(path)
  } catch {
    await runtime.unmountMemory?.(path)
    await files.remove(path).catch(() => undefined)
  }
}
