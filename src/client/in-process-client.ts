import { isApiError } from '../api/api-error.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import { bindPod } from '../store/binding.ts'
import type { CreationOptions } from '../store/request.ts'
import type { Store } from '../store/store.ts'
import type { Client } from './client.ts'

export interface InProcessClientOptions {
  /** Under which name its writes stand in metadata.managedFields. Absent: they are not tracked. */
  readonly manager?: string
}

/**
 * The store of this very thread as a Client. No call takes time or uses a timer: it is done when the
 * function returns, and its promise is kept in a microtask. Watches are told of a write before the promise of that
 * write is kept, which no component may rely on: over a network it is not so.
 */
export function inProcessClient(store: Store, { manager }: InProcessClientOptions = {}): Client {
  const as = (kind: Kind): CreationOptions =>
    manager === undefined ? {} : { manager: { name: manager, apiVersion: KINDS[kind].apiVersion } }
  return {
    async get(kind, name) {
      return store.get(kind, name)
    },
    async list(kind, options) {
      return store.list(kind, options)
    },
    watch(kind, options, onEvent) {
      return store.watch(kind, options, onEvent)
    },
    async create(kind, object) {
      return store.create(kind, object, as(kind))
    },
    async update(kind, object, options) {
      return store.update(kind, object, { ...options, ...as(kind) })
    },
    async patch(kind, name, patch, options) {
      return store.patch(kind, name, patch, { ...options, ...as(kind) })
    },
    async apply(kind, object, applier) {
      const { apiVersion } = KINDS[kind]
      const options = { manager: { name: applier, apiVersion }, force: true }
      return store.apply(kind, object, options).object
    },
    async delete(kind, name, options) {
      store.delete(kind, name, options)
    },
    async deleteCollection(kind, options, deletion) {
      for (const { metadata } of store.list(kind, options).items) {
        const { uid = '' } = metadata
        try {
          store.delete(kind, metadata, { ...deletion, preconditions: { uid } })
        } catch (error) {
          // Gone with another one of them.
          if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error
        }
      }
    },
    async bind(pod, nodeName, nowMs) {
      bindPod(store, pod, { nodeName, nowMs }, as('Pod'))
    },
  }
}
