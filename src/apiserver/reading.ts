import { ApiError } from '../api/api-error.ts'
import { keyOf, type ApiObject } from '../api/meta.ts'
import type { Selection } from '../store/request.ts'
import { parseResourceVersion, tooLargeVersion } from '../store/resource-version.ts'
import type { Store } from '../store/store.ts'
import {
  continueToken,
  expiredContinuation,
  pageOf,
  readContinueToken,
} from './list-continuation.ts'
import type { ListMetadata } from './representation.ts'
import type { ListQuery } from './request-options.ts'
import type { ResourcePath } from './request-path.ts'
import { badRequest } from './status-answer.ts'

export interface ListResult {
  readonly items: readonly ApiObject[]
  readonly metadata: ListMetadata
}

/** `get`: the newest version, which is newer than any that a client can rightly ask for. */
export function getObject(store: Store, path: ResourcePath, query: URLSearchParams): ApiObject {
  requireKnownVersion(store, query.get('resourceVersion') ?? '', 'get')
  return store.get(path.served.kind, objectName(path))
}

/**
 * `list`, in pages when the client wants it: all pages show one and the same state of the store.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#the-resourceversion-parameter
 */
export function listObjects(store: Store, path: ResourcePath, query: ListQuery): ListResult {
  const { kind } = path.served
  const selection = selectionOf(path, query)
  const { limit, continueToken: token, resourceVersion, resourceVersionMatch } = query
  if (token !== '' && resourceVersion !== '' && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue')
  }
  const continuation = token === '' ? undefined : readContinueToken(token)
  requireKnownVersion(store, resourceVersion, 'list')
  const exact = resourceVersionMatch === 'Exact' ? resourceVersion : undefined
  const at = continuation?.resourceVersion ?? exact
  const list = at === undefined ? store.list(kind, selection) : listAt(store, path, selection, at)
  const { page, remaining } = pageOf<ApiObject>(list.items, {
    limit,
    afterKey: continuation?.afterKey,
  })
  const last = page.at(-1)
  if (remaining === 0 || last === undefined) {
    return { items: page, metadata: { resourceVersion: list.resourceVersion } }
  }
  const next = { resourceVersion: list.resourceVersion, afterKey: keyOf(last) }
  const { labelSelector, fieldSelector } = query.selection
  const isWhole = labelSelector === undefined && fieldSelector === undefined
  const metadata = {
    resourceVersion: list.resourceVersion,
    continue: continueToken(next),
    ...(isWhole ? { remainingItemCount: remaining } : {}),
  }
  return { items: page, metadata }
}

function listAt(store: Store, { served }: ResourcePath, selection: Selection, version: string) {
  try {
    return store.listAt(served.kind, selection, version)
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'Expired') throw expiredContinuation()
    throw error
  }
}

/** The old `/watch/` prefix takes a name too, which is then the one object that counts. */
export function selectionOf({ namespace, name }: ResourcePath, query: ListQuery): Selection {
  const { fieldSelector = [] } = query.selection
  const named = { field: 'metadata.name', isEqual: true, value: name ?? '' }
  return {
    ...query.selection,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { fieldSelector: [...fieldSelector, named] }),
  }
}

export function objectName({ namespace, name = '' }: Pick<ResourcePath, 'namespace' | 'name'>) {
  return namespace === undefined ? { name } : { namespace, name }
}

/** A version of the future is one of another server. */
export function requireKnownVersion(
  store: Store,
  resourceVersion: string,
  verb: 'get' | 'list',
): void {
  if (resourceVersion === '') return
  const wanted = requireVersionNumber(resourceVersion, verb)
  const current = Number(store.version)
  if (wanted > current) throw tooLargeVersion(resourceVersion, current)
}

/** In Kubernetes only a list takes what is no version for a fault of the client's. */
export function requireVersionNumber(
  resourceVersion: string,
  verb: 'get' | 'list' | 'watch',
): number {
  try {
    const place = `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: `
    return parseResourceVersion(resourceVersion, place)
  } catch (error) {
    if (verb !== 'list' || !(error instanceof ApiError)) throw error
    throw badRequest(`invalid resource version: ${error.message}`)
  }
}
