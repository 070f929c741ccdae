import type { Finding } from '../base/finding.ts'
import type { Files } from '../world/files.ts'
import { checkTogether } from './cross-check.ts'
import type { ManifestFindingCode } from './finding-codes.ts'
import type { Input } from './input.ts'
import { readManifests, SETTINGS_FILE, unreadable } from './manifest-reader.ts'
import { finding } from './new-finding.ts'
import { baseName, directoryOf, joinPath, normalizePath } from './path.ts'
import { findMissingPrograms } from './program-check.ts'
import { readSettings, type SettingsFile } from './settings-reader.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'

export interface ReadOptions {
  /** Absolute; makes paths in hitless.yaml absolute when `path` is not. */
  readonly currentDirectory?: string
  /** What flags change, before it is checked whether settings and manifests fit together. */
  readonly adjustSettings?: (settings: Settings) => Settings
  /** … and which flags that are, by the keys whose place they take. */
  readonly flags?: Readonly<Record<string, string>>
}

/**
 * Reads a directory or file of manifests and its hitless.yaml, and checks everything
 * that can be checked before a run. Does not throw for anything that is in the files: look for
 * findings of severity `error`. Findings are in the order of the files, places spelled as `path` is.
 */
export async function readInput(
  files: Files,
  path: string,
  { currentDirectory = '', adjustSettings = (settings) => settings, flags = {} }: ReadOptions = {},
): Promise<Input> {
  const manifestPath = baseName(path) === SETTINGS_FILE ? directoryOf(path) : path
  const manifests = await readManifests(files, manifestPath)
  const file = await readSettingsFile(files, manifestPath, currentDirectory)
  const settings = adjustSettings(file.settings)
  const changed = await readChanged(files, settings, file)
  const findings = [...manifests.findings, ...file.findings, ...changed]
  const isPartial = manifests.isPartial || file.findings.some(isError)
  const together = checkTogether(manifests.objects, settings, {
    isPartial,
    locations: file.locations,
    flags,
  })
  return {
    objects: manifests.objects,
    notRun: manifests.notRun,
    settings,
    locations: file.locations,
    findings: inFileOrder([
      ...findings,
      ...(isUnread(file) ? together.filter(({ code }) => code !== OF_IMAGES) : together),
      ...(await findMissingPrograms(files, settings.images, file.locations)),
    ]),
  }
}

/** The hitless.yaml of the manifests at `path`; the defaults where there is none. */
export async function readSettingsFile(
  files: Files,
  path: string,
  currentDirectory: string,
): Promise<SettingsFile> {
  const none: SettingsFile = { settings: DEFAULT_SETTINGS, findings: [], locations: {} }
  try {
    const file = await findSettingsFile(files, path)
    if (file === undefined) return none
    const status = await files.statusOf(file, { followLinks: true })
    // To open a named pipe waits for a writer, and no signal ends that wait.
    if (status?.type === 'pipe') throw new Error('it is a named pipe')
    const text = await files.readText(file)
    const directory = normalizePath(joinPath(currentDirectory, directoryOf(file)))
    return { ...readSettings(text, { file, directory }), file }
  } catch (error) {
    return { ...none, findings: [unreadable(joinPath(path, SETTINGS_FILE), error)] }
  }
}

/**
 * Where the hitless.yaml of the manifests at `path` is: in their directory, or else in the one above it, where
 * `kubectl apply -f` of the directory does not meet it. Undefined: there is none.
 */
export async function findSettingsFile(files: Files, path: string): Promise<string | undefined> {
  const kind = await files.kindOf(path)
  if (kind === 'missing') return undefined
  const directory = kind === 'directory' ? path : directoryOf(path)
  const beside = joinPath(directory, SETTINGS_FILE)
  if ((await files.kindOf(beside)) === 'file') return beside
  const above = normalizePath(`${directory}/..`)
  const file = joinPath(above, SETTINGS_FILE)
  if ((await files.kindOf(file)) !== 'file') return undefined
  // It says which commands run: in /tmp, say, anybody may have put one.
  const { mode = 0 } = (await files.statusOf(above, { followLinks: true })) ?? {}
  return (mode & 0o002) === 0 ? file : undefined
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

const OF_IMAGES: ManifestFindingCode = 'image-without-command'
const OF_WHOLE_FILES: readonly ManifestFindingCode[] = [
  'yaml-syntax',
  'yaml-too-large',
  'file-unreadable',
]

/** Nobody knows what it says of images. */
function isUnread({ findings }: SettingsFile): boolean {
  return findings.some(({ code }) => OF_WHOLE_FILES.some((known) => known === code))
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
