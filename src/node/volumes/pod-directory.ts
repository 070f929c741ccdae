import type { PodFiles } from '../termination-message.ts'
import { joinPath } from './paths.ts'

/** There are Secrets in it. */
const OWNER_ONLY = 0o700

/** Makes the place of all pods' files, and removes those of pods that are no more: what a node that was killed has left. */
export async function preparePodDirectory(
  { files, podDirectory }: PodFiles,
  isKnown: (uid: string) => boolean,
): Promise<void> {
  await files.makeDirectory(podDirectory)
  await files.changeMode(podDirectory, OWNER_ONLY)
  for (const { name } of await files.list(podDirectory)) {
    // What this user may not remove stays, and is in nobody's way.
    if (!isKnown(name)) await files.remove(joinPath(podDirectory, name)).catch(() => undefined)
  }
}
