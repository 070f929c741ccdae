import { liveFiles } from '../../world/live/files.ts'
import { readMachine } from '../engine/machine-input.ts'

/**
 * Whether a hitless.yaml of one of these paths says how images run as processes, or the last run with these data. What is
 * wrong in it is told later.
 */
export async function mapsImages(paths: readonly string[], data?: string): Promise<boolean> {
  const { settings } = await readMachine(liveFiles(), paths, data)
  return settings.images.length > 0
}
