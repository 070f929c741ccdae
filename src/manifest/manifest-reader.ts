import type { ApiObject } from '../api/meta.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import { formatLocation, type Finding } from '../base/finding.ts'
import type { Files } from '../world/files.ts'
import { splitList } from './list-split.ts'
import { finding } from './new-finding.ts'
import { checkObject, nameOf } from './object-check.ts'
import { joinPath } from './path.ts'
import { readYaml, type YamlDocument } from './yaml-reader.ts'

/** What is in a file or directory of manifests. */
export interface ManifestSet {
  readonly objects: readonly SourcedObject[]
  readonly notRun: readonly SourcedObject[]
  readonly findings: readonly Finding[]
  /** Some of it could not be read: what seems to be missing may be there. */
  readonly isPartial: boolean
}

export const SETTINGS_FILE = 'hitless.yaml'

/**
 * Reads a file, or the *.yaml, *.yml and *.json files of a directory by name, not those below it.
 * `hitless.yaml` is no manifest. Locations are spelled as `path` is. Never throws for what the
 * files hold or whether they are there: everything wrong is a finding.
 */
export async function readManifests(files: Files, path: string): Promise<ManifestSet> {
  const names = await listManifests(files, path)
  const sets = [
    names.findings.length > 0 ? { ...EMPTY, findings: names.findings, isPartial: true } : EMPTY,
  ]
  for (const name of names.paths) sets.push(await readManifestFile(files, name))
  const objects = sets.flatMap((set) => set.objects)
  const notRun = sets.flatMap((set) => set.notRun)
  const findings = sets.flatMap((set) => set.findings)
  const repeated = findRepeated([...objects, ...notRun])
  const isEmpty = objects.length + notRun.length + findings.length === 0
  return {
    objects: objects.filter((sourced) => !repeated.has(sourced)),
    notRun,
    findings: [
      ...findings,
      ...[...repeated].map(([sourced, first]) => duplicate(sourced, first)),
      ...(isEmpty ? [noManifests(path)] : []),
    ],
    isPartial: isEmpty || sets.some((set) => set.isPartial),
  }
}

const EMPTY: ManifestSet = { objects: [], notRun: [], findings: [], isPartial: false }

function noManifests(path: string): Finding {
  return finding('no-manifests', 'error', `there is no manifest in ${path}`, {
    hint: 'give a directory that holds *.yaml, *.yml or *.json files itself (deeper ones are not read), or one file',
  })
}

interface Listing {
  readonly paths: readonly string[]
  readonly findings: readonly Finding[]
}

async function listManifests(files: Files, path: string): Promise<Listing> {
  try {
    switch (await files.kindOf(path)) {
      case 'missing':
        return {
          paths: [],
          findings: [
            finding('path-missing', 'error', `${path} does not exist`, {
              hint: 'give a directory of manifests, or one file',
            }),
          ],
        }
      case 'file':
        return { paths: [path], findings: [] }
      case 'directory': {
        const entries = await files.list(path)
        const names = entries.filter(({ name, isDirectory }) => !isDirectory && isManifest(name))
        return { paths: names.map(({ name }) => joinPath(path, name)), findings: [] }
      }
    }
  } catch (error) {
    return { paths: [], findings: [unreadable(path, error)] }
  }
}

function isManifest(name: string): boolean {
  return /\.(yaml|yml|json)$/.test(name) && name !== SETTINGS_FILE && !name.startsWith('.')
}

async function readManifestFile(files: Files, path: string): Promise<ManifestSet> {
  let text: string
  try {
    text = await files.readText(path)
  } catch (error) {
    return { ...EMPTY, findings: [unreadable(path, error)], isPartial: true }
  }
  const { documents, findings } = readYaml(text, path)
  if (path.endsWith('.json') && documents.length > 0 && documents.every(isOtherJson)) {
    return { ...EMPTY, findings: [otherJson(path)] }
  }
  const checked = documents.flatMap(splitList).map(checkObject)
  const ofUse = (use: 'run' | 'not-run'): readonly SourcedObject[] =>
    checked.flatMap((object) =>
      object.use === use && object.sourced !== undefined ? [object.sourced] : [],
    )
  return {
    objects: ofUse('run'),
    notRun: ofUse('not-run'),
    findings: [...findings, ...checked.flatMap((object) => object.findings)],
    isPartial: findings.length > 0 || checked.some(({ use }) => use === 'broken'),
  }
}

/** JSON has other uses in a directory, package.json above all; a manifest says at least its kind or version. */
function isOtherJson({ value }: YamlDocument): boolean {
  return (
    typeof value === 'object' && value !== null && !('apiVersion' in value) && !('kind' in value)
  )
}

function otherJson(path: string): Finding {
  return finding('not-an-object', 'note', `${path} has neither apiVersion nor kind: left out`)
}

export function unreadable(path: string, error: unknown): Finding {
  const reason = error instanceof Error ? error.message : String(error)
  return finding('file-unreadable', 'error', `${path} cannot be read: ${reason}`)
}

/** Objects that were there before under the same kind, namespace and name, with the first of them. */
function findRepeated(
  objects: readonly SourcedObject[],
): ReadonlyMap<SourcedObject, SourcedObject> {
  const first = new Map<string, SourcedObject>()
  const repeated = new Map<SourcedObject, SourcedObject>()
  for (const sourced of objects) {
    const key = keyOfObject(sourced.object)
    const before = first.get(key)
    if (before === undefined) first.set(key, sourced)
    else repeated.set(sourced, before)
  }
  return repeated
}

function duplicate(sourced: SourcedObject, first: SourcedObject): Finding {
  const place = locate(first, '')
  const where = place === undefined ? '' : ` (the other is at ${formatLocation(place)})`
  return finding('duplicate-object', 'error', `${nameOf(sourced.object)} is here twice${where}`, {
    location: locate(sourced, '/metadata/name'),
    hint: 'keep one; what a change brings goes into a directory of its own, named by change.manifests',
  })
}

function keyOfObject({ apiVersion, kind, metadata }: ApiObject): string {
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ')
}
