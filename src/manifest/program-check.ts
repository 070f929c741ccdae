import type { Finding, Location } from '../base/finding.ts'
import type { Files } from '../world/files.ts'
import { finding } from './new-finding.ts'
import { joinPath } from './path.ts'
import type { ImageMapping } from './settings.ts'

/**
 * Programs named with a slash that are not there. Others are looked up by the runtime in the PATH
 * of the container, and a program with `{tag}` in its name is another one for each tag.
 */
export async function findMissingPrograms(
  files: Files,
  mappings: readonly ImageMapping[],
  locations: Readonly<Record<string, Location>>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const { pattern, command, workingDir, archive, root } of mappings) {
    const [program = ''] = command
    // Of an image the program is inside.
    if (archive !== undefined || root !== undefined) continue
    if (!program.includes('/') || `${program}${workingDir}`.includes('{tag}')) continue
    const path = joinPath(workingDir, program)
    if ((await files.kindOf(path)) === 'file') continue
    const key = `images.${pattern}`
    findings.push(
      finding('program-missing', 'error', `${key}: the program ${program} does not exist`, {
        location: locations[`${key}.command.0`] ?? locations[`${key}.command`] ?? locations[key],
        hint: `it was looked for at ${path}: a program with a slash is found from workingDir`,
      }),
    )
  }
  return findings
}
