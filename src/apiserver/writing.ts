import { ApiError } from '../api/api-error.ts'
import type { Kind } from '../api/kinds.ts'
import type { ApiObject } from '../api/meta.ts'
import { invalidObjectError } from '../api/validation.ts'
import type { CreationOptions, WriteOptions } from '../store/request.ts'
import type { Store } from '../store/store.ts'
import { decodeSent } from './body-decoder.ts'
import { objectName } from './reading.ts'
import type { WriteQuery } from './request-options.ts'
import type { ResourcePath } from './request-path.ts'
import { badRequest, methodNotAllowed } from './status-answer.ts'

export interface Written {
  readonly object: ApiObject
  readonly created: boolean
  /** For `Warning:` headers. */
  readonly warnings: readonly string[]
}

export interface RequestBody {
  readonly bytes: Uint8Array
  readonly contentType: string | undefined
}

/** `create`: POST to a collection. */
export function createObject(
  store: Store,
  path: ResourcePath,
  query: WriteQuery,
  body: RequestBody,
): Written {
  const { served, namespace } = path
  const { kind, definition } = served
  if (definition.namespaced && namespace === undefined) throw methodNotAllowed()
  const { object, warnings } = decodeSent(body, served, query.fieldValidation)
  const placed = inNamespace(object, path)
  const faults = served.other?.validate?.({ ...placed }) ?? []
  if (faults.length > 0) throw invalidObjectError(placed, faults)
  const created = storeCreate(store, kind, placed, writeOptions(path, query))
  return {
    object: created,
    created: true,
    warnings: [...warnings, ...path.served.definition.warnings(created, undefined)],
  }
}

/** `update`: PUT of a whole object. */
export function updateObject(
  store: Store,
  path: ResourcePath,
  query: WriteQuery,
  body: RequestBody,
): Written {
  const { kind } = path.served
  const { object, warnings } = decodeSent(body, path.served, query.fieldValidation)
  const named = withUrlName(inNamespace(object, path), path)
  const options = writeOptions(path, query)
  const previous = previousOf(store, path)
  const faults =
    previous === undefined
      ? []
      : (path.served.other?.validateUpdate?.({ ...named }, { ...previous }) ?? [])
  if (faults.length > 0) throw invalidObjectError(named, faults)
  const { object: updated, created } = store.updateOrCreate(kind, asObjectOf(named), options)
  return {
    object: updated,
    created,
    warnings: [...warnings, ...warningsOf(path, updated, previous)],
  }
}

/** What is there before a change; undefined when there is nothing. */
export function previousOf(store: Store, path: ResourcePath): ApiObject | undefined {
  const { kind } = path.served
  const name = objectName(path)
  return store.has(kind, name) ? store.get(kind, name) : undefined
}

/** What the writer of a whole object is told; a part of one is not looked at. */
export function warningsOf(
  { served, subresource }: ResourcePath,
  object: ApiObject,
  previous: ApiObject | undefined,
): readonly string[] {
  return subresource === undefined ? served.definition.warnings(object, previous) : []
}

/** Subresources that are a part of the object itself. */
const PARTS = ['status', 'finalize', 'ephemeralcontainers', 'resize'] as const

export function writeOptions(
  { served, subresource }: ResourcePath,
  { dryRun, manager }: WriteQuery,
): WriteOptions & Required<Pick<CreationOptions, 'manager'>> {
  const part = PARTS.find((name) => name === subresource)
  return {
    dryRun,
    // What came in another version was converted: its fields have the names of the stored one.
    manager: { name: manager, apiVersion: served.definition.apiVersion },
    ...(part === undefined ? {} : { subresource: part }),
  }
}

function storeCreate(
  store: Store,
  kind: Kind,
  object: ApiObject,
  { dryRun = false, manager }: WriteOptions,
): ApiObject {
  return store.create(kind, asObjectOf(object), {
    dryRun,
    ...(manager === undefined ? {} : { manager }),
  })
}

/** The namespace of the URL, which an object may leave out but not contradict. */
export function inNamespace(object: ApiObject, { served, namespace }: ResourcePath): ApiObject {
  const given = object.metadata.namespace ?? ''
  if (!served.definition.namespaced) {
    if (given === '') return object
    // Go's client libraries send none; Kubernetes refuses one.
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  }
  if (given !== '' && given !== namespace) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  }
  return namespace === undefined
    ? object
    : { ...object, metadata: { ...object.metadata, namespace } }
}

function withUrlName(object: ApiObject, { name = '' }: ResourcePath): ApiObject {
  const given = object.metadata.name ?? ''
  if (given === '') {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    )
  }
  if (given !== name) {
    throw badRequest(
      `the name of the object (${given}) does not match the name on the URL (${name})`,
    )
  }
  return object
}

/** What was decoded as an object of a kind is one; a `Kind` that is not known when compiling cannot say which. */
export function asObjectOf(object: ApiObject): never {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return object as never
}

/** Server-side apply names the object in its body; the URL has to agree. */
export function requireIdentity(config: ApiObject, path: ResourcePath): void {
  if (config.apiVersion === '' || config.kind === '') {
    throw new ApiError('BadRequest', 'invalid object type: /, Kind=')
  }
  withUrlName(
    { ...config, metadata: { ...config.metadata, name: config.metadata.name || path.name || '' } },
    path,
  )
}
