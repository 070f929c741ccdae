import { HitlessError } from '../base/error.ts'
import type { Finding } from '../base/finding.ts'
import { definitionOf } from '../api/kinds.ts'
import type { SourcedObject } from '../api/sourced-object.ts'
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
    objects.push(
      ...set.objects,
      ...set.notRun.filter(({ object }) => definitionOf(object) !== undefined),
    )
  }
  const images: ImageMapping[] = []
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const { settings, findings: faults } = await readSettingsFile(files, path, process.cwd())
    findings.push(...faults)
    images.push(...settings.images)
  }
  const errors = findings.filter(({ severity }) => severity === 'error')
  for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
    process.stderr.write(`${formatFinding(finding)}\n`)
  }
  if (errors.length > 0) {
    const message = `${paths.join(', ') || 'hitless.yaml'} cannot be used`
    throw new HitlessError('bad-input', message, { exitCode: 2, findings: errors })
  }
  return { objects, images }
}
