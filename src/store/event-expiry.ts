import type { Stored } from './stored.ts'

/** kube-apiserver's `--event-ttl`. */
const LIFETIME_MS = 3_600_000

interface Kept {
  readonly event: Stored
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

  add(event: Stored, nowMs: number): void {
    this.#kept.push({ event, expiresAtMs: nowMs + LIFETIME_MS })
  }

  /** Returns those that have to go now, once. Some of them may be gone already. */
  takeExpired(nowMs: number): readonly Stored[] {
    const surplus = this.#kept.length - this.#eventsMax
    const young = this.#kept.findIndex(({ expiresAtMs }) => expiresAtMs > nowMs)
    const over = young === -1 ? this.#kept.length : young
    return this.#kept.splice(0, Math.max(surplus, over)).map(({ event }) => event)
  }
}
