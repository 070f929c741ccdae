import { isCurrentKind, schemaKinds } from '../api/schema.ts'
import { isKindName, KINDS } from '../api/kinds.ts'
import type { ApiObject } from '../api/meta.ts'
import { isFields, withoutNulls } from '../base/fields.ts'
import type { Finding } from '../base/finding.ts'
import { finding } from './new-finding.ts'
import { didYouMean } from './suggestion.ts'
import type { YamlDocument } from './yaml-reader.ts'

export type Identity = (
  { readonly isObject: true; readonly object: ApiObject } | { readonly isObject: false }
) & { readonly findings: readonly Finding[] }

/** Whether a document is an object of a kind that may exist, with a name. */
export function identifyKind(document: YamlDocument): Identity {
  const { value, locations, keyLocations } = document
  const at = locations['']
  if (!isFields(value)) {
    const message = 'a manifest is a mapping with apiVersion, kind and metadata; this is none'
    return {
      isObject: false,
      findings: [finding('not-an-object', 'error', message, { location: at })],
    }
  }
  const { apiVersion, kind, metadata } = value
  for (const [field, content] of Object.entries({ apiVersion, kind })) {
    if (typeof content === 'string' && content !== '') continue
    const location = locations[`/${field}`] ?? at
    const near = didYouMean(field, Object.keys(value))
    return {
      isObject: false,
      findings: [
        finding('not-an-object', 'error', `this object has no ${field}`, {
          location: near === undefined ? location : (keyLocations[''] ?? location),
          hint: `every manifest begins with apiVersion: and kind:, for example apps/v1 and Deployment`,
        }),
      ],
    }
  }
  const findings = [
    ...checkKind(String(apiVersion), String(kind), document),
    ...checkName(String(kind), metadata, document),
  ]
  const object = withoutNulls(value)
  const isUsable = isObject(object) && !findings.some(({ severity }) => severity === 'error')
  return isUsable ? { isObject: true, object, findings } : { isObject: false, findings }
}

/**
 * A kind that Kubernetes does not have under this version. An error where the engine would run it
 * or where the version is a current one; an old version of another kind is only not run.
 */
function checkKind(
  apiVersion: string,
  kind: string,
  { locations }: YamlDocument,
): readonly Finding[] {
  if (isCurrentKind(apiVersion, kind)) return []
  const isCurrent = schemaKinds().some((known) => versionOf(known) === apiVersion)
  if (!isCurrent && !isOldVersion(apiVersion)) return []
  const homes = schemaKinds().filter((known) => known.endsWith(`/${kind}`))
  if (homes.length > 0) {
    const isError = isCurrent || (isKindName(kind) && KINDS[kind].runsFromManifest)
    const message = `there is no ${kind} in apiVersion ${apiVersion}${isError ? '' : ' any more'}`
    return [
      finding('unknown-kind', isError ? 'error' : 'warning', message, {
        location: locations['/apiVersion'],
        hint: `write apiVersion: ${versionOf(homes[0] ?? '')}`,
      }),
    ]
  }
  if (!isCurrent) return []
  const kinds = schemaKinds().map((known) => known.slice(known.lastIndexOf('/') + 1))
  return [
    finding('unknown-kind', 'error', `there is no kind ${kind} in apiVersion ${apiVersion}`, {
      location: locations['/kind'],
      hint: didYouMean(kind, kinds),
    }),
  ]
}

function versionOf(known: string): string {
  return known.slice(0, known.lastIndexOf('/'))
}

/** Versions that were Kubernetes' own and are gone: the groups of today, and one that was dissolved. */
function isOldVersion(apiVersion: string): boolean {
  const [group = '', version = ''] = apiVersion.split('/')
  const isOwnGroup = schemaKinds().some((known) => known.startsWith(`${group}/`))
  return group === 'extensions' || (isOwnGroup && /^v\d+(alpha|beta)\d+$/.test(version))
}

function checkName(
  kind: string,
  metadata: unknown,
  { locations }: YamlDocument,
): readonly Finding[] {
  const name = isFields(metadata) ? metadata['name'] : undefined
  if (typeof name === 'string' && name !== '') return []
  const given = name === undefined || name === null
  const message = given
    ? `this ${kind} has no metadata.name`
    : `the metadata.name of this ${kind} is not a string`
  const location = locations['/metadata/name'] ?? locations['/metadata'] ?? locations['']
  const hint = given ? 'add metadata: { name: … }' : 'put it in quotes'
  return [finding(given ? 'not-an-object' : 'wrong-type', 'error', message, { location, hint })]
}

function isObject(value: unknown): value is ApiObject {
  if (!isFields(value) || !isFields(value['metadata'])) return false
  const { apiVersion, kind, metadata } = value
  const texts = [apiVersion, kind, metadata['name']]
  return texts.every((text) => typeof text === 'string')
}
