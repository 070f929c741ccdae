import type { Clock } from '../world/clock.ts'
import { NS_PER_MS } from './timings.ts'

/** A wait that somebody may end early; what comes while nobody waits is not kept. */
export class WakeUp {
  readonly #clock: Clock
  #wake: () => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wake(): void {
    this.#wake()
  }

  /** Until then (nanoseconds), or until it is woken. */
  wait(until: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const delayMs =
        until === undefined ? undefined : (until - this.#clock.monotonicNs()) / NS_PER_MS
      const timer = delayMs === undefined ? undefined : this.#clock.after(delayMs, resolve)
      this.#wake = () => {
        timer?.cancel()
        resolve()
      }
    })
  }
}
