import { HitlessError } from '../base/error.ts'
import { formatLocation, type Finding } from '../base/finding.ts'
import { inStoredVersion } from '../api/kinds.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import { readSettingsFile } from '../manifest/input-reader.ts'
import { readManifests } from '../manifest/manifest-reader.ts'
import type { ImageMapping } from '../manifest/settings.ts'
import type { Files } from '../world/files.ts'
import { formatFinding } from './print-error.ts'

export interface UpInput {
  /** To be there from the start. */
  readonly objects: readonly SourcedObject[]
  /** How images run as processes: every hitless.yaml beside a named file; without files the one in this directory. */
  readonly images: readonly ImageMapping[]
}

/** Throws HitlessError (exit code 2) with every error found; prints the rest. */
export async function readUpInput(files: Files, paths: readonly string[]): Promise<UpInput> {
  const findings: Finding[] = []
  const objects: SourcedObject[] = []
  for (const path of paths) {
    const set = await readManifests(files, path)
    findings.push(...set.findings)
    for (const sourced of [...set.objects, ...set.notRun]) {
      const object = inStoredVersion(sourced.object)
      if (object !== undefined) objects.push({ ...sourced, object })
    }
  }
  const images: ImageMapping[] = []
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const { settings, findings: faults } = await readSettingsFile(files, path, process.cwd())
    findings.push(...faults)
    images.push(...settings.images)
  }
  const errors = findings.filter(({ severity }) => severity === 'error')
  for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
    if (!isServed(finding, objects)) process.stderr.write(`${formatFinding(finding)}\n`)
  }
  if (errors.length > 0) {
    const message = `${paths.join(', ') || 'hitless.yaml'} cannot be used`
    throw new HitlessError('bad-input', message, { exitCode: 2, findings: errors })
  }
  return { objects, images }
}

/** An old version that no cluster has any more is one that this one still takes. */
function isServed({ code, location }: Finding, objects: readonly SourcedObject[]): boolean {
  if (code !== 'unknown-kind' || location === undefined) return false
  return objects.some((sourced) => {
    const at = locate(sourced, '/apiVersion')
    return at !== undefined && formatLocation(at) === formatLocation(location)
  })
}
