import { HitlessError } from '../base/error.ts'
import { formatLocation, type Finding } from '../base/finding.ts'
import { inStoredVersion } from '../api/kinds.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import { readSettingsFile } from '../manifest/input-reader.ts'
import { readManifests } from '../manifest/manifest-reader.ts'
import type { MachineSettings } from '../manifest/settings.ts'
import type { Files } from '../world/files.ts'
import { formatFinding } from './print-error.ts'

export interface UpInput {
  /** To be there from the start. */
  readonly objects: readonly SourcedObject[]
  /** Of every hitless.yaml beside a named file; without files of the one in this directory. */
  readonly machine: MachineSettings
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
  const { findings: faults, ...machine } = await readMachine(
    files,
    paths.length === 0 ? ['.'] : paths,
  )
  findings.push(...faults)
  const told = findings.filter((finding) => !isServed(finding, objects))
  tellFindings(told, paths.join(', ') || 'hitless.yaml')
  return { objects, machine }
}

/** What the hitless.yaml at `path` says of this machine. Throws HitlessError (exit code 2); prints warnings. */
export async function readMachineSettings(files: Files, path: string): Promise<MachineSettings> {
  const { findings, ...machine } = await readMachine(files, [path])
  tellFindings(findings, path)
  return machine
}

async function readMachine(files: Files, paths: readonly string[]) {
  const images: MachineSettings['images'][number][] = []
  const hostServices = new Set<number>()
  const findings: Finding[] = []
  for (const path of paths) {
    const file = await readSettingsFile(files, path, process.cwd())
    findings.push(...file.findings)
    images.push(...file.settings.images)
    for (const port of file.settings.hostServices) hostServices.add(port)
  }
  return { images, hostServices: [...hostServices], findings }
}

function tellFindings(findings: readonly Finding[], what: string): void {
  for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
    process.stderr.write(`${formatFinding(finding)}\n`)
  }
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  throw new HitlessError('bad-input', `${what} cannot be used`, { exitCode: 2, findings: errors })
}

/** An old version that no cluster has any more is one that this one still takes. */
function isServed({ code, location }: Finding, objects: readonly SourcedObject[]): boolean {
  if (code !== 'unknown-kind' || location === undefined) return false
  return objects.some((sourced) => {
    const at = locate(sourced, '/apiVersion')
    return at !== undefined && formatLocation(at) === formatLocation(location)
  })
}
