import type { StoredMeta } from '../api/meta.ts'
import type { Stored } from './stored.ts'

/** kube-apiserver's `--event-ttl`. */
const LIFETIME_MS = 3_600_000

/** Which state of which Event: not the Event itself, which may be gone before its hour is over. */
export type EventState = Pick<StoredMeta, 'namespace' | 'name' | 'resourceVersion'>

interface Kept {
  readonly state: EventState
  readonly expiresAtMs: number
}

/**
 * Events are not kept for ever: an hour, as in Kubernetes, and so many at most. They are looked at with each write of
 * whatever kind, so that no timer is needed.
 */
export class EventExpiry {
  readonly #eventsMax: number
  /** Oldest first. */
  readonly #kept: Kept[] = []

  constructor(eventsMax: number) {
    this.#eventsMax = eventsMax
  }

  add({ metadata }: Stored, nowMs: number): void {
    const { namespace = 'default', name, resourceVersion } = metadata
    const state = { namespace, name, resourceVersion }
    this.#kept.push({ state, expiresAtMs: nowMs + LIFETIME_MS })
  }

  /** Returns those that have to go now, once. Some of them may be gone already. */
  takeExpired(nowMs: number): readonly EventState[] {
    const surplus = this.#kept.length - this.#eventsMax
    const young = this.#kept.findIndex(({ expiresAtMs }) => expiresAtMs > nowMs)
    const over = young === -1 ? this.#kept.length : young
    return this.#kept.splice(0, Math.max(surplus, over)).map(({ state }) => state)
  }
}
