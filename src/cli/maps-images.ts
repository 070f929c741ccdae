import { readSettingsFile } from '../manifest/input-reader.ts'
import { liveFiles } from '../world/live/files.ts'

/** Whether a hitless.yaml at one of these paths says how images run as processes. What is wrong in it is told later. */
export async function mapsImages(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const { settings } = await readSettingsFile(liveFiles(), path, process.cwd())
    if (settings.images.length > 0) return true
  }
  return false
}
