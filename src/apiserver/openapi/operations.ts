import { groupOf, versionOf } from '../request-path.ts'
import type { ServedGroupVersion, ServedResource } from '../served-resources.ts'
import type { OpenApi } from './schemas.ts'

/** The schema of a kind's objects, as it is referred to. */
export type SchemaOfKind = (groupVersion: string, kind: string) => OpenApi

interface Target {
  readonly groupVersion: string
  readonly kind: string
  readonly namespaced: boolean
  readonly named: boolean
  readonly schema: OpenApi
}

const PATCH_TYPES: readonly string[] = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]
const TEXT = { type: 'string' }
const FLAG = { type: 'boolean' }
const NUMBER = { type: 'integer' }

const LIST_QUERY: OpenApi = {
  allowWatchBookmarks: FLAG,
  continue: TEXT,
  fieldSelector: TEXT,
  labelSelector: TEXT,
  limit: NUMBER,
  resourceVersion: TEXT,
  resourceVersionMatch: TEXT,
  sendInitialEvents: FLAG,
  timeoutSeconds: NUMBER,
  watch: FLAG,
}
const DELETE_QUERY: OpenApi = {
  dryRun: TEXT,
  gracePeriodSeconds: NUMBER,
  orphanDependents: FLAG,
  propagationPolicy: TEXT,
}
/** kubectl looks for these: without them it validates on its own, or not at all. */
const WRITE_QUERY: OpenApi = { dryRun: TEXT, fieldManager: TEXT, fieldValidation: TEXT }

/** The paths of one version of a group with what can be done at each. */
export function pathsOf(
  { groupVersion, resources }: ServedGroupVersion,
  schemaOf: SchemaOfKind,
): OpenApi {
  return Object.fromEntries(
    resources
      .flatMap((resource) => resourcePaths(groupVersion, resource, schemaOf))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function resourcePaths(
  groupVersion: string,
  resource: ServedResource,
  schemaOf: SchemaOfKind,
): readonly (readonly [string, OpenApi])[] {
  const { name, kind, namespaced, verbs } = resource
  const root = groupOf(groupVersion) === '' ? `/api/${groupVersion}` : `/apis/${groupVersion}`
  const collection = namespaced ? `${root}/namespaces/{namespace}/${name}` : `${root}/${name}`
  const schema = schemaOf(groupVersion, kind)
  const all: Target = { groupVersion, kind, namespaced, named: false, schema }
  const one: Target = { ...all, named: true }
  const isStored = verbs.includes('get')
  return [
    [collection, pathItem(all, verbs, COLLECTION_METHODS)],
    ...(isStored ? [[`${collection}/{name}`, pathItem(one, verbs, OBJECT_METHODS)] as const] : []),
    ...(isStored && namespaced
      ? [
          [
            `${root}/${name}`,
            pathItem({ ...all, namespaced: false }, ['list'], COLLECTION_METHODS),
          ] as const,
        ]
      : []),
    ...resource.subresources.map((subresource) => {
      const version = subresource.groupVersion ?? groupVersion
      const target: Target = {
        ...one,
        groupVersion: version,
        kind: subresource.kind,
        schema: schemaOf(version, subresource.kind),
      }
      const methods = { ...OBJECT_METHODS, create: 'post' }
      const path = `${collection}/{name}/${subresource.name}`
      return [path, pathItem(target, subresource.verbs, methods)] as const
    }),
  ]
}

/** Verbs of the API as methods of HTTP; `watch` is a list with a parameter. */
const COLLECTION_METHODS: Readonly<Record<string, string>> = {
  list: 'get',
  create: 'post',
  deletecollection: 'delete',
}
const OBJECT_METHODS: Readonly<Record<string, string>> = {
  get: 'get',
  update: 'put',
  patch: 'patch',
  delete: 'delete',
}

function pathItem(
  target: Target,
  verbs: readonly string[],
  methods: Readonly<Record<string, string>>,
): OpenApi {
  const operations = verbs.flatMap((verb) => {
    const method = methods[verb]
    return method === undefined ? [] : [[method, operation(verb, target)] as const]
  })
  const inPath = [target.namespaced ? ['namespace'] : [], target.named ? ['name'] : []].flat()
  return {
    ...Object.fromEntries(operations),
    parameters: [
      ...inPath.map((name) => ({ name, in: 'path', required: true, schema: TEXT })),
      ...inQuery({ pretty: TEXT }),
    ],
  }
}

function operation(verb: string, { groupVersion, kind, schema }: Target): OpenApi {
  const group = groupOf(groupVersion)
  const version = versionOf(groupVersion)
  // Streams to a container or through to a server of its own: what is sent is none of ours.
  const isConnect = kind.endsWith('Options')
  const answer = { description: 'OK', content: { 'application/json': { schema } } }
  return {
    tags: [`${group === '' ? 'core' : group.split('.')[0]}_${version}`],
    ...(isConnect ? {} : requestOf(verb, schema)),
    responses: { '200': verb === 'list' ? { description: 'OK' } : answer },
    'x-kubernetes-action': isConnect ? 'connect' : (ACTIONS[verb] ?? verb),
    'x-kubernetes-group-version-kind': { group, version, kind },
  }
}

/** Where they differ from the verbs. */
const ACTIONS: Readonly<Record<string, string>> = { create: 'post', update: 'put' }

function requestOf(verb: string, schema: OpenApi): OpenApi {
  switch (verb) {
    case 'list':
      return { parameters: inQuery(LIST_QUERY) }
    case 'delete':
      return { parameters: inQuery(DELETE_QUERY) }
    case 'deletecollection':
      return { parameters: inQuery({ ...LIST_QUERY, ...DELETE_QUERY }) }
    case 'create':
    case 'update':
      return { parameters: inQuery(WRITE_QUERY), ...body(['application/json'], schema) }
    case 'patch':
      return {
        parameters: inQuery({ ...WRITE_QUERY, force: FLAG }),
        ...body(PATCH_TYPES, { type: 'object' }),
      }
    default:
      return {}
  }
}

function body(types: readonly string[], schema: OpenApi): OpenApi {
  const content = Object.fromEntries(types.map((type) => [type, { schema }]))
  return { requestBody: { content, required: true } }
}

function inQuery(parameters: OpenApi): readonly OpenApi[] {
  return Object.entries(parameters).map(([name, schema]) => ({ name, in: 'query', schema }))
}
