import { formatLocation, type Finding } from '../../base/finding.ts'
import { inStoredVersion } from '../../api/kinds.ts'
import { locate, type SourcedObject } from '../../api/sourced-object.ts'
import { nameNotRun } from '../../experiment/run-description.ts'
import { readManifests } from '../../manifest/manifest-reader.ts'
import type { Files } from '../../world/files.ts'
import { readMachine, tellFindings, type MachineInput } from '../engine/machine-input.ts'

export interface UpInput {
  /** To be there from the start. */
  readonly objects: readonly SourcedObject[]
  /** Of the hitless.yaml of each path that was named; without any of the one in this directory, or of the last run. */
  readonly machine: MachineInput
}

/** Throws HitlessError (exit code 2) with every error found; prints the rest, and what there is in the files but not in this cluster. */
export async function readUpInput(
  files: Files,
  { paths, data }: { readonly paths: readonly string[]; readonly data: string },
): Promise<UpInput> {
  const findings: Finding[] = []
  const objects: SourcedObject[] = []
  const notRun: SourcedObject[] = []
  for (const path of paths) {
    const set = await readManifests(files, path)
    findings.push(...set.findings)
    for (const sourced of [...set.objects, ...set.notRun]) {
      const object = inStoredVersion(sourced.object)
      if (object === undefined) notRun.push(sourced)
      else objects.push({ ...sourced, object })
    }
  }
  const { findings: faults, ...machine } = await readMachine(files, settingsPaths(paths), data)
  findings.push(...faults)
  const told = findings.filter((finding) => !isServed(finding, objects))
  tellFindings(told, paths.join(', ') || 'hitless.yaml')
  if (notRun.length > 0) {
    process.stderr.write(`not run  ${notRun.map(nameNotRun).join(', ')}\n`)
  }
  return { objects, machine }
}

/** Where the hitless.yaml is looked for. */
export function settingsPaths(paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? ['.'] : paths
}

/** An old version that no cluster has any more is one that this one still takes. */
function isServed({ code, location }: Finding, objects: readonly SourcedObject[]): boolean {
  if (code !== 'unknown-kind' || location === undefined) return false
  return objects.some((sourced) => {
    const at = locate(sourced, '/apiVersion')
    return at !== undefined && formatLocation(at) === formatLocation(location)
  })
}
