/**
 * The schemas of the API for clients that validate, merge and explain:
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 * Made of the recorded schema when first asked for, and kept. Without descriptions, which are Kubernetes' own prose.
 */
import { definitionNameOf, SCHEMA_VERSION } from '../../api/schema.ts'
import { contentHash } from '../content-hash.ts'
import { groupOf, versionOf } from '../request-path.ts'
import { SERVED_GROUPS, servedGroupVersion, type ServedGroupVersion } from '../served-resources.ts'
import { pathsOf } from './operations.ts'
import { componentSchemas, longName, referenceTo, schemaNamed, type OpenApi } from './schemas.ts'

interface KeptDocument {
  readonly document: OpenApi
  /** The name of the content, for caches. */
  readonly hash: string
}

const KEPT = new Map<string, KeptDocument>()

/** `/openapi/v3`: where the document of each group and version is. The address changes with the content. */
export function openApiIndex(): object {
  const paths = SERVED_GROUPS.flatMap(({ versions }) => versions).map((served) => {
    const name = documentName(served.groupVersion)
    return [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${keptOf(served).hash}` }] as const
  })
  return { paths: Object.fromEntries(paths.toSorted(([a], [b]) => (a < b ? -1 : 1))) }
}

/** The document of `api/v1`, `apis/apps/v1`, …; undefined when that is not served. */
export function openApiDocument(name: string): object | undefined {
  return keptNamed(name)?.document
}

/** What `hash=` and an ETag say of a document. */
export function openApiHash(name: string): string | undefined {
  return keptNamed(name)?.hash
}

function keptNamed(name: string): KeptDocument | undefined {
  const groupVersion = name.replace(/^apis?\//, '')
  const served = servedGroupVersion(groupVersion)
  return served === undefined || documentName(groupVersion) !== name ? undefined : keptOf(served)
}

function keptOf(served: ServedGroupVersion): KeptDocument {
  const known = KEPT.get(served.groupVersion)
  if (known !== undefined) return known
  const document = documentOf(served)
  const kept = { document, hash: contentHash(JSON.stringify(document)) }
  KEPT.set(served.groupVersion, kept)
  return kept
}

function documentName(groupVersion: string): string {
  return groupOf(groupVersion) === '' ? `api/${groupVersion}` : `apis/${groupVersion}`
}

function documentOf(served: ServedGroupVersion): OpenApi {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: SCHEMA_VERSION },
    paths: pathsOf(served, (groupVersion, kind) => {
      const name = definitionNameOf(groupVersion, kind)
      return name === undefined ? { type: 'object' } : referenceTo(longName(name))
    }),
    components: { schemas: { ...componentSchemas(definitionsOf(served)), ...kindSchemas(served) } },
  }
}

/** The definitions that a document begins with: its kinds, and what their subresources take. */
function definitionsOf({ groupVersion, resources }: ServedGroupVersion): readonly string[] {
  return resources.flatMap(({ kind, subresources }) =>
    [{ kind, groupVersion }, ...subresources].flatMap((each) => {
      const name = definitionNameOf(each.groupVersion ?? groupVersion, each.kind)
      return name === undefined ? [] : [name]
    }),
  )
}

/** Only the schema of a whole object tells which kind it is of. */
function kindSchemas({ groupVersion, resources }: ServedGroupVersion): OpenApi {
  const identity = { group: groupOf(groupVersion), version: versionOf(groupVersion) }
  const entries = resources.map(({ kind }) => {
    const name = definitionNameOf(groupVersion, kind)
    const schema = name === undefined ? undefined : schemaNamed(name)
    const long = longName(name ?? `${groupOf(groupVersion)}.${versionOf(groupVersion)}.${kind}`)
    const kinds = [{ ...identity, kind }]
    return [long, { ...(schema ?? LOOSE), 'x-kubernetes-group-version-kind': kinds }] as const
  })
  return Object.fromEntries(entries)
}

/** Of a version that Kubernetes no longer has, no schema is recorded: any field goes. */
const LOOSE: OpenApi = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
  },
  'x-kubernetes-preserve-unknown-fields': true,
}
