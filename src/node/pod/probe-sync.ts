import type { Clock, Timer } from '../../world/clock.ts'
import { NS_PER_MS } from '../timings.ts'

/**
 * The kubelet's sync of a pod, as far as its probes feel it: at once when the last one is long
 * enough ago, else as soon as it is. Requests in between are one.
 */
export class ProbeSync {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #sync: () => void
  #syncedAt = Number.NEGATIVE_INFINITY
  #timer: Timer | undefined
  #isStopped = false

  constructor(clock: Clock, intervalMs: number, sync: () => void) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#sync = sync
  }

  request(): void {
    if (this.#timer !== undefined || this.#isStopped) return
    const sinceMs = (this.#clock.monotonicNs() - this.#syncedAt) / NS_PER_MS
    if (sinceMs >= this.#intervalMs) this.#run()
    else this.#timer = this.#clock.after(this.#intervalMs - sinceMs, () => this.#run())
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  #run(): void {
    this.#timer = undefined
    this.#syncedAt = this.#clock.monotonicNs()
    this.#sync()
  }
}
