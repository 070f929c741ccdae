import { KINDS, kindNames, type Kind } from '../api/kinds.ts'
import type { KindDefinition, ServedVersion } from '../api/kind-definition.ts'

/** A kind in one of the versions in which it is served. */
export interface ServedKind {
  readonly kind: Kind
  readonly definition: KindDefinition
  /** The version of the URL; `other` when it is not the one in which the objects are stored. */
  readonly apiVersion: string
  readonly other: ServedVersion | undefined
}

/** A URL of the API that means objects: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
export interface ResourcePath {
  readonly served: ServedKind
  /** Undefined: cluster-scoped, or all namespaces. */
  readonly namespace: string | undefined
  /** Undefined: the collection. */
  readonly name: string | undefined
  readonly subresource: string | undefined
  /** What follows the subresource, with its slash: of a proxy, the path to ask for. */
  readonly rest: string
  /** The old `/watch/` prefix. */
  readonly isWatch: boolean
}

export type PathMeaning =
  | { readonly type: 'resource'; readonly path: ResourcePath }
  /** Of a group and version that is served, but nothing in it. */
  | { readonly type: 'unknown-resource' }
  | { readonly type: 'other' }

const SERVED_BY_URL = servedByUrl()
const GROUP_VERSIONS = new Set(
  [...SERVED_BY_URL.values()].map(({ apiVersion }) => rootOf(apiVersion)),
)

/** What a path (without its query, still percent-encoded) means. */
export function readPath(path: string): PathMeaning {
  const parts = decodeParts(path)
  if (parts === undefined) return { type: 'other' }
  const depth = parts[0] === 'api' ? 2 : 3
  if (parts[0] !== 'api' && parts[0] !== 'apis') return { type: 'other' }
  const root = parts.slice(0, depth).join('/')
  if (!GROUP_VERSIONS.has(root) || parts.length === depth) return { type: 'other' }
  const isWatch = parts[depth] === 'watch'
  const resource = readResource(root, parts.slice(isWatch ? depth + 1 : depth))
  // Objects and collections alone can be watched.
  return resource === undefined || (isWatch && resource.subresource !== undefined)
    ? { type: 'unknown-resource' }
    : { type: 'resource', path: { ...resource, isWatch } }
}

function readResource(
  root: string,
  parts: readonly string[],
): Omit<ResourcePath, 'isWatch'> | undefined {
  const [first, namespace, plural] = parts
  const isScoped = first === 'namespaces' && namespace !== undefined && plural !== undefined
  const inNamespace = isScoped ? SERVED_BY_URL.get(`${root}/${plural}`) : undefined
  if (inNamespace?.definition.namespaced === true) {
    return withName(inNamespace, namespace, parts.slice(3))
  }
  const served = SERVED_BY_URL.get(`${root}/${first}`)
  if (served === undefined) return undefined
  // All namespaces: the collection alone.
  if (served.definition.namespaced && parts.length > 1) return undefined
  return withName(served, undefined, parts.slice(1))
}

function withName(
  served: ServedKind,
  namespace: string | undefined,
  [name, subresource, ...rest]: readonly string[],
): Omit<ResourcePath, 'isWatch'> | undefined {
  const known = [
    ...served.definition.subresources,
    ...(served.definition.strategy.hasStatus ? ['status'] : []),
  ]
  if (subresource !== undefined && !known.includes(subresource)) return undefined
  if (rest.length > 0 && subresource !== 'proxy') return undefined
  const restPath = rest.map((part) => `/${encodeURIComponent(part)}`).join('')
  return { served, namespace, name, subresource, rest: restPath }
}

/** Empty parts do not count, but for the slash at the end of what is proxied. */
function decodeParts(path: string): readonly string[] | undefined {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map((part) => decodeURIComponent(part))
  } catch {
    return undefined
  }
}

/** `api/v1/pods`, `apis/apps/v1/deployments` → the kind in that version. */
function servedByUrl(): ReadonlyMap<string, ServedKind> {
  const all = new Map<string, ServedKind>()
  for (const kind of kindNames()) {
    const definition = KINDS[kind]
    const { apiVersion, plural, otherVersions } = definition
    all.set(`${rootOf(apiVersion)}/${plural}`, { kind, definition, apiVersion, other: undefined })
    for (const other of otherVersions) {
      const served = { kind, definition, apiVersion: other.apiVersion, other }
      all.set(`${rootOf(other.apiVersion)}/${plural}`, served)
    }
  }
  return all
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`
}

/** The group of an API version: empty for `v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}

/** The bare version: `v1` of `apps/v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1)
}
