import type { Clock, Timer } from '../../world/clock.ts'
import { NS_PER_MS, NS_PER_S } from '../timings.ts'

/**
 * activeDeadlineSeconds of a pod: they count from its start on this node, and may be given or shortened while it runs.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior
 */
export class PodDeadline {
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #onPast: () => void
  #timer: Timer | undefined
  #isPast = false
  #isOver = false

  /** `startedAt`: nanoseconds. Default now. */
  constructor(clock: Clock, onPast: () => void, startedAt = clock.monotonicNs()) {
    this.#clock = clock
    this.#startedAt = startedAt
    this.#onPast = onPast
  }

  set(activeDeadlineSeconds: number | undefined): void {
    this.#timer?.cancel()
    if (activeDeadlineSeconds === undefined || this.#isOver || this.#isPast) return
    const dueAt = this.#startedAt + activeDeadlineSeconds * NS_PER_S
    this.#timer = this.#clock.after((dueAt - this.#clock.monotonicNs()) / NS_PER_MS, () => {
      this.#isPast = true
      this.#onPast()
    })
  }

  /** The pod is over: no deadline counts any more. */
  stop(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }
}
