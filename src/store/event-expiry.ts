import type { Stored } from './stored.ts'

/** kube-apiserver's `--event-ttl`. */
const LIFETIME_MS = 3_600_000

interface Kept {
  readonly event: Stored
  readonly expiresAtMs: number
}

/**
 * Events are not kept for ever: an hour, as in Kubernetes, and so many at most. They are looked at only when a
 * new one comes, so that no timer is needed.
 */
export class EventExpiry {
  readonly #eventsMax: number
  /** Oldest first. */
  readonly #kept: Kept[] = []

  constructor(eventsMax: number) {
    this.#eventsMax = eventsMax
  }

  /** Takes a new event; returns those that have to go for it. Some of them may be gone already. */
  add(event: Stored, nowMs: number): readonly Stored[] {
    this.#kept.push({ event, expiresAtMs: nowMs + LIFETIME_MS })
    const surplus = this.#kept.length - this.#eventsMax
    const young = this.#kept.findIndex(({ expiresAtMs }) => expiresAtMs > nowMs)
    return this.#kept.splice(0, Math.max(surplus, young, 0)).map(({ event }) => event)
  }
}
