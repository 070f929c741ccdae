import { relative, resolve } from 'node:path'
import { HitlessError } from '../../base/error.ts'
import type { Finding } from '../../base/finding.ts'
import { readSettingsFile } from '../../manifest/input-reader.ts'
import type { MachineSettings } from '../../manifest/settings.ts'
import type { Files } from '../../world/files.ts'
import { readKeptMachine } from '../up/kept-machine.ts'
import { formatFinding } from '../print-error.ts'

/** What pods need to know of this machine, and who says so. */
export interface MachineInput {
  readonly settings: MachineSettings
  readonly source: SettingsSource
}

export type SettingsSource =
  /** The hitless.yaml of the paths that were named, or of the current directory; absolute. */
  | { readonly kind: 'given'; readonly files: readonly string[] }
  /** Those of the last run with the same data. */
  | { readonly kind: 'kept'; readonly files: readonly string[] }
  | { readonly kind: 'none' }

/**
 * What the hitless.yaml of each of these paths says of this machine; where there is none, what the last run with these data
 * knew. Data are absent where nothing is kept.
 */
export async function readMachine(
  files: Files,
  paths: readonly string[],
  data: string | undefined,
): Promise<MachineInput & { readonly findings: readonly Finding[] }> {
  const images: MachineSettings['images'][number][] = []
  const hostServices = new Set<number>()
  const findings: Finding[] = []
  const given = new Set<string>()
  for (const path of paths) {
    const { file, settings, findings: found } = await readSettingsFile(files, path, process.cwd())
    findings.push(...found)
    if (file === undefined || given.has(resolve(file))) continue
    given.add(resolve(file))
    images.push(...settings.images)
    for (const port of settings.hostServices) hostServices.add(port)
  }
  if (given.size > 0) {
    const settings = { images, hostServices: [...hostServices] }
    return { settings, source: { kind: 'given', files: [...given] }, findings }
  }
  const kept = data === undefined ? undefined : await readKeptMachine(data)
  return kept === undefined || kept.files.length === 0
    ? { settings: { images: [], hostServices: [] }, source: { kind: 'none' }, findings }
    : { settings: kept.settings, source: { kind: 'kept', files: kept.files }, findings }
}

/** Of one path that a user has named. Throws HitlessError (exit code 2); prints the rest. */
export async function readMachineInput(
  files: Files,
  path: string,
  data: string | undefined,
): Promise<MachineInput> {
  await requirePath(files, path)
  const { findings, ...machine } = await readMachine(files, [path], data)
  tellFindings(findings, path)
  return machine
}

/** Throws HitlessError (exit code 2) where there is nothing. */
export async function requirePath(files: Files, path: string): Promise<void> {
  if ((await files.kindOf(path)) !== 'missing') return
  throw new HitlessError('path-missing', `${path} does not exist`, {
    exitCode: 2,
    hint: 'Name the directory of hitless.yaml.',
  })
}

/** While a node runs: what counts now. Rejects with HitlessError where it cannot be used; prints nothing. */
export async function readMachineAgain(
  ...[files, paths, data]: Parameters<typeof readMachine>
): Promise<MachineInput> {
  const { findings, ...machine } = await readMachine(files, paths, data)
  refuseErrors(findings, 'hitless.yaml')
  return machine
}

/** Prints them; throws HitlessError (exit code 2) with those that are errors. */
export function tellFindings(findings: readonly Finding[], what: string): void {
  for (const finding of findings.filter(({ severity }) => severity !== 'error')) {
    process.stderr.write(`${formatFinding(finding)}\n`)
  }
  refuseErrors(findings, what)
}

function refuseErrors(findings: readonly Finding[], what: string): void {
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  throw new HitlessError('bad-input', `${what} cannot be used`, { exitCode: 2, findings: errors })
}

/** Behind where the state is: what this run takes from the last one. */
export function describeKept(source: SettingsSource): string {
  return source.kind === 'kept' ? `, with the images of its last run (${source.files.join()})` : ''
}

/** A row of its own: what says how images run. `where`: the paths that were looked at. */
export function describeImages(
  source: SettingsSource,
  { isDocker, where }: { readonly isDocker: boolean; readonly where: string },
): string | undefined {
  if (source.kind === 'kept' || isDocker) return undefined
  if (source.kind === 'given') return `images   as ${source.files.map(nearPath).join(' and ')} says`
  return `images   none runs: there is no hitless.yaml in ${where} that says how; write one, it is read at once`
}

/** A hitless.yaml was changed while a node runs. */
export function tellChanged(source: SettingsSource): void {
  const from = source.kind === 'given' ? source.files.map(nearPath).join(' and ') : 'hitless.yaml'
  process.stderr.write(
    `images   as ${from} says now: counts for containers that start from here on\n`,
  )
}

/** Short where it is below the current directory or beside it. */
function nearPath(file: string): string {
  const path = relative(process.cwd(), file)
  return path.startsWith('../..') ? file : path
}
