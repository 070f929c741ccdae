import type { Finding } from '../base/finding.ts'
import type { Files } from '../world/files.ts'
import { checkTogether } from './cross-check.ts'
import type { Input } from './input.ts'
import { readManifests, SETTINGS_FILE, unreadable } from './manifest-reader.ts'
import { finding } from './new-finding.ts'
import { baseName, directoryOf, joinPath } from './path.ts'
import { findMissingPrograms } from './program-check.ts'
import { readSettings, type SettingsFile } from './settings-reader.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'

export interface ReadOptions {
  /** Absolute; makes paths in hitless.yaml absolute when `path` is not. */
  readonly currentDirectory?: string
  /** What flags change, before it is checked whether settings and manifests fit together. */
  readonly adjustSettings?: (settings: Settings) => Settings
}

/**
 * Reads a directory or file of manifests and the hitless.yaml beside them, and checks everything
 * that can be checked before a run. Does not throw for anything that is in the files: look for
 * findings of severity `error`. Findings are in the order of the files, places spelled as `path` is.
 */
export async function readInput(
  files: Files,
  path: string,
  { currentDirectory = '', adjustSettings = (settings) => settings }: ReadOptions = {},
): Promise<Input> {
  const manifestPath = baseName(path) === SETTINGS_FILE ? directoryOf(path) : path
  const manifests = await readManifests(files, manifestPath)
  const file = await readSettingsFile(files, manifestPath, currentDirectory)
  const settings = adjustSettings(file.settings)
  const changed = await readChanged(files, settings, file)
  const findings = [...manifests.findings, ...file.findings, ...changed]
  const isPartial = manifests.isPartial || file.findings.some(isError)
  return {
    objects: manifests.objects,
    notRun: manifests.notRun,
    settings,
    findings: inFileOrder([
      ...findings,
      ...checkTogether(manifests.objects, settings, { isPartial, locations: file.locations }),
      ...(await findMissingPrograms(files, settings.images, file.locations)),
    ]),
  }
}

/** The hitless.yaml beside the manifests at `path`, or in that directory; the defaults where there is none. */
export async function readSettingsFile(
  files: Files,
  path: string,
  currentDirectory: string,
): Promise<SettingsFile> {
  const none: SettingsFile = { settings: DEFAULT_SETTINGS, findings: [], locations: {} }
  try {
    const kind = await files.kindOf(path)
    if (kind === 'missing') return none
    const directory = kind === 'directory' ? path : directoryOf(path)
    const file = joinPath(directory, SETTINGS_FILE)
    if ((await files.kindOf(file)) !== 'file') return none
    const text = await files.readText(file)
    return readSettings(text, { file, directory: joinPath(currentDirectory, directory) })
  } catch (error) {
    return { ...none, findings: [unreadable(joinPath(path, SETTINGS_FILE), error)] }
  }
}

/** The findings of `change.manifests`: what is wrong there should be known before a run, too. */
async function readChanged(
  files: Files,
  { change }: Settings,
  { locations }: SettingsFile,
): Promise<readonly Finding[]> {
  if (change.kind !== 'manifests') return []
  if ((await files.kindOf(change.path)) === 'missing') {
    return [
      finding('change-path-missing', 'error', `change.manifests: ${change.path} does not exist`, {
        location: locations['change.manifests'],
        hint: 'paths start at the directory of hitless.yaml',
      }),
    ]
  }
  return (await readManifests(files, change.path)).findings
}

function isError({ severity }: Finding): boolean {
  return severity === 'error'
}

/** By file as first met, then line and column; findings without a place come last. */
function inFileOrder(findings: readonly Finding[]): readonly Finding[] {
  const names = findings.flatMap(({ location }) => (location === undefined ? [] : [location.file]))
  const order = new Map([...new Set(names)].map((name, index) => [name, index]))
  const rank = ({ location }: Finding): readonly [number, number, number] =>
    location === undefined
      ? [order.size, 0, 0]
      : [order.get(location.file) ?? 0, location.line, location.column]
  return findings.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)]
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2]
  })
}
