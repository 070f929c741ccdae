import type { Store } from '../store/store.ts'
import type { Client } from './client.ts'

/**
 * The store of this very thread as a Client. No call takes time or uses a timer: it is done when the
 * function returns, and its promise is kept in a microtask. Watches are told of a write before the promise of that
 * write is kept, which no component may rely on: over a network it is not so.
 */
export function inProcessClient(store: Store): Client {
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
      return store.create(kind, object)
    },
    async update(kind, object, options) {
      return store.update(kind, object, options)
    },
    async patch(kind, name, patch, options) {
      return store.patch(kind, name, patch, options)
    },
    async delete(kind, name, options) {
      store.delete(kind, name, options)
    },
  }
}
