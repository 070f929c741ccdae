import { definitionOfKind, schemaKinds } from '../api/schema.ts'
import type { ApiObject } from '../api/meta.ts'
import type { Finding } from '../base/finding.ts'
import { finding } from './new-finding.ts'
import { didYouMean } from './suggestion.ts'
import type { YamlDocument } from './yaml-reader.ts'

/** Groups that were Kubernetes' own and are gone: what is in them moved elsewhere. */
const REMOVED_GROUPS = new Set(['extensions'])

export type Identity =
  | { readonly isObject: true; readonly object: ApiObject }
  | { readonly isObject: false; readonly findings: readonly Finding[] }

/** Whether a document is an object of a kind that may exist, with a name. */
export function identifyKind(document: YamlDocument): Identity {
  const { value, locations, keyLocations } = document
  const at = locations['']
  if (!isMap(value)) {
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
  return isObject(object) && findings.length === 0
    ? { isObject: true, object }
    : { isObject: false, findings }
}

function checkKind(
  apiVersion: string,
  kind: string,
  { locations }: YamlDocument,
): readonly Finding[] {
  if (definitionOfKind(apiVersion, kind) !== undefined || !isOwnVersion(apiVersion)) return []
  const homes = schemaKinds().filter((known) => known.endsWith(`/${kind}`))
  if (homes.length > 0) {
    const [home = ''] = homes
    return [
      finding('unknown-kind', 'error', `there is no ${kind} in apiVersion ${apiVersion}`, {
        location: locations['/apiVersion'],
        hint: `write apiVersion: ${home.slice(0, -kind.length - 1)}`,
      }),
    ]
  }
  const kinds = schemaKinds().map((known) => known.slice(known.lastIndexOf('/') + 1))
  return [
    finding('unknown-kind', 'error', `there is no kind ${kind} in apiVersion ${apiVersion}`, {
      location: locations['/kind'],
      hint: didYouMean(kind, kinds),
    }),
  ]
}

/** Versions whose kinds are all in the schema; any other may be a custom resource's. */
function isOwnVersion(apiVersion: string): boolean {
  const isInSchema = schemaKinds().some(
    (known) => known.slice(0, known.lastIndexOf('/')) === apiVersion,
  )
  const [group = ''] = apiVersion.split('/')
  return (
    isInSchema ||
    REMOVED_GROUPS.has(group) ||
    /^(apps|batch|policy)\/v1(alpha|beta)/.test(apiVersion) ||
    !apiVersion.includes('/')
  )
}

function checkName(
  kind: string,
  metadata: unknown,
  { locations }: YamlDocument,
): readonly Finding[] {
  const name = isMap(metadata) ? metadata['name'] : undefined
  if (typeof name === 'string' && name !== '') return []
  const given = name === undefined || name === null
  const message = given
    ? `this ${kind} has no metadata.name`
    : `the metadata.name of this ${kind} is not a string`
  const location = locations['/metadata/name'] ?? locations['/metadata'] ?? locations['']
  const hint = given ? 'add metadata: { name: … }' : 'put it in quotes'
  return [finding(given ? 'not-an-object' : 'wrong-type', 'error', message, { location, hint })]
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field that is null is absent; the API server takes it so, too. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  )
}

function isObject(value: unknown): value is ApiObject {
  if (!isMap(value) || !isMap(value['metadata'])) return false
  const { apiVersion, kind, metadata } = value
  const texts = [apiVersion, kind, metadata['name']]
  return texts.every((text) => typeof text === 'string')
}
