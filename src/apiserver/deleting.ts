import type { ApiObject } from '../api/meta.ts'
import type { DeletionOptions } from '../store/request.ts'
import type { Store } from '../store/store.ts'
import { decodeBody } from './body-decoder.ts'
import { listObjects, objectName, type ListResult } from './reading.ts'
import { readDeletionOptions, type ListQuery } from './request-options.ts'
import { groupOf, type ResourcePath } from './request-path.ts'
import { success, type StatusAnswer } from './status-answer.ts'
import type { RequestBody } from './writing.ts'

/** What a deletion answers: the object while it lingers (and of some kinds always), or that it is gone. */
export type Deleted =
  | { readonly type: 'object'; readonly object: ApiObject }
  | { readonly type: 'gone'; readonly status: StatusAnswer }

export function deletionOptionsOf(
  query: URLSearchParams,
  { bytes, contentType }: RequestBody,
): DeletionOptions & { readonly dryRun: boolean } {
  const body =
    bytes.length === 0
      ? {}
      : decodeBody(bytes, contentType, { apiVersion: 'v1', kind: 'DeleteOptions' })
  return readDeletionOptions(query, typeof body === 'object' && body !== null ? { ...body } : {})
}

/** `delete` of one object. */
export function deleteObject(store: Store, path: ResourcePath, options: DeletionOptions): Deleted {
  const { kind, definition, apiVersion } = path.served
  const { object, removed } = store.delete(kind, objectName(path), options)
  if (!removed || definition.strategy.answersDeleted === true) return { type: 'object', object }
  const { name, uid } = object.metadata
  const group = groupOf(apiVersion)
  const details = { name, ...(group === '' ? {} : { group }), kind: definition.plural, uid }
  return { type: 'gone', status: success(details) }
}

/** `deletecollection`: all that a list would show. */
export function deleteCollection(
  store: Store,
  path: ResourcePath,
  query: ListQuery,
  options: DeletionOptions,
): ListResult {
  const list = listObjects(store, path, query)
  for (const { metadata } of list.items) {
    const { name, namespace, uid = '' } = metadata
    // Gone meanwhile, or another of its name: not what was listed.
    const target = { name, ...(namespace === undefined ? {} : { namespace }) }
    store.delete(path.served.kind, target, { ...options, preconditions: { uid } })
  }
  return list
}
