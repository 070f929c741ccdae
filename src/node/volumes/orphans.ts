import type { PodFiles } from '../termination-message.ts'
import { joinPath } from './paths.ts'

/** Removes the directories of pods that are no more: what a node that was killed has left. */
export async function removeOrphans(
  { files, podDirectory }: PodFiles,
  isKnown: (uid: string) => boolean,
): Promise<void> {
  if ((await files.kindOf(podDirectory)) !== 'directory') return
  for (const { name } of await files.list(podDirectory)) {
    // What this user may not remove stays, and is in nobody's way.
    if (!isKnown(name)) await files.remove(joinPath(podDirectory, name)).catch(() => undefined)
  }
}
