import type { Clock } from '../world/clock.ts'
import type { Random } from '../world/random.ts'

export interface BackOffOptions {
  readonly firstMs: number
  readonly msMax: number
  /** Up to as much again is added, so that many who lost the same server do not all come back at once. Absent: none is. */
  readonly random?: Random | undefined
}

/** Without a failure for so long, what failed before is forgotten (client-go's reflector has the same). */
const FORGET_MS = 120_000

/** How long to wait before the next attempt: twice as long after each failure in a row. */
export class BackOff {
  readonly #clock: Clock
  readonly #options: BackOffOptions
  #failures = 0
  #lastNs = -Infinity

  constructor(clock: Clock, options: BackOffOptions) {
    this.#clock = clock
    this.#options = options
  }

  /** It failed again. */
  nextMs(): number {
    const { firstMs, msMax, random } = this.#options
    const nowNs = this.#clock.monotonicNs()
    if (nowNs - this.#lastNs > FORGET_MS * 1e6) this.#failures = 0
    this.#lastNs = nowNs
    const delayMs = Math.min(firstMs * 2 ** this.#failures, msMax)
    this.#failures += 1
    return delayMs * (1 + (random?.next() ?? 0))
  }

  /** It succeeded. */
  reset(): void {
    this.#failures = 0
  }
}
