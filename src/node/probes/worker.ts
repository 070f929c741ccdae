import type { Clock, Timer } from '../../world/clock.ts'
import { NS_PER_MS } from '../timings.ts'
import {
  extendStreak,
  gateProbe,
  NEW_PROBE,
  NO_STREAK,
  type ProbeEnd,
  type ProbeResult,
  type ProbeRules,
  type ProbeState,
  type ProbeStreak,
  type ProbeView,
  stepProbe,
} from './step.ts'

export interface ProbeWorkerOptions {
  readonly clock: Clock
  readonly rules: ProbeRules
  /** What is known already. Default nothing. */
  readonly initial?: ProbeState
  readonly view: () => ProbeView
  /** Probes once; undefined when nobody wants to know any more. */
  readonly probe: () => Promise<{ readonly end: ProbeEnd; readonly message?: string } | undefined>
  /** Called for each probe that does not succeed, and for the first that does after such a one, before `onResult`. */
  readonly onEnd: (end: {
    readonly end: ProbeEnd
    readonly consecutive: number
    readonly message?: string
    readonly tookMs: number
  }) => void
  /** Called when the result becomes another one, the initial result of a new container included. */
  readonly onResult: (change: {
    readonly result: ProbeResult
    readonly isInitial: boolean
    readonly message?: string
  }) => void
}

/**
 * Probes one container of one pod, over its restarts: once at its start, then with every tick of its
 * period. The ticks begin with the worker, not with the container, as in the kubelet.
 */
export class ProbeWorker {
  readonly #options: ProbeWorkerOptions
  readonly #periodNs: number
  #state: ProbeState
  #streak: ProbeStreak = NO_STREAK
  #nextTick: number
  #isTriggered = false
  #isStopped = false
  #wake: () => void = () => {}
  #done: Promise<void> = Promise.resolve()

  constructor(options: ProbeWorkerOptions) {
    this.#options = options
    this.#state = options.initial ?? NEW_PROBE
    this.#periodNs = options.rules.periodSeconds * 1_000 * NS_PER_MS
    this.#nextTick = options.clock.monotonicNs() + this.#periodNs
  }

  start(): void {
    this.#done = this.#run()
  }

  /** The result for this container; undefined when the worker has not looked at it yet. */
  resultOf(containerId: string): ProbeResult | undefined {
    return this.#state.containerId === containerId ? this.#state.result : undefined
  }

  /** Probes now instead of at the next tick; the period begins anew. */
  trigger(): void {
    this.#isTriggered = true
    this.#wake()
  }

  /** Resolves when no probe is under way any more. */
  stop(): Promise<void> {
    this.#isStopped = true
    this.#wake()
    return this.#done
  }

  async #run(): Promise<void> {
    while (!this.#isStopped && (await this.#probeOnce())) {
      if (!this.#isStopped) await this.#untilDue()
    }
  }

  async #probeOnce(): Promise<boolean> {
    const { rules, clock, view } = this.#options
    const gate = gateProbe(rules, this.#state, view(), clock.monotonicNs())
    this.#become(gate.state)
    if (gate.next !== 'probe') return gate.next === 'wait'

    const { containerId } = this.#state
    const startedAt = clock.monotonicNs()
    const outcome = await this.#options.probe()
    const isStale = this.#isStopped || this.#state.containerId !== containerId
    if (outcome === undefined || isStale) return true
    const { end, message } = outcome
    this.#tellEnd(end, message, (clock.monotonicNs() - startedAt) / NS_PER_MS)
    if (end === 'errored') return true
    this.#become(
      stepProbe(rules, this.#state, end === 'succeeded' ? 'success' : 'failure'),
      message,
    )
    if (this.#state.run.length === 0) this.#streak = { ...this.#streak, length: 0 }
    return true
  }

  #tellEnd(end: ProbeEnd, message: string | undefined, tookMs: number): void {
    const { streak, isNotable } = extendStreak(this.#streak, end)
    this.#streak = streak
    if (!isNotable) return
    this.#options.onEnd({
      end,
      consecutive: streak.length,
      ...(message === undefined ? {} : { message }),
      tookMs: Math.round(tookMs),
    })
  }

  #become(state: ProbeState, message?: string): void {
    const previous = this.#state
    this.#state = state
    const isInitial = previous.containerId !== state.containerId
    if (isInitial) this.#streak = NO_STREAK
    if (state.result === undefined || (!isInitial && previous.result === state.result)) return
    this.#options.onResult({
      result: state.result,
      isInitial,
      ...(message === undefined ? {} : { message }),
    })
  }

  /** Resolves at the next tick, trigger or stop. Ticks missed during a slow probe count as one. */
  async #untilDue(): Promise<void> {
    const { clock } = this.#options
    const delayMs = (this.#nextTick - clock.monotonicNs()) / NS_PER_MS
    if (!this.#isTriggered && delayMs > 0) await this.#sleep(delayMs)
    if (this.#isTriggered) {
      this.#isTriggered = false
      this.#nextTick = clock.monotonicNs() + this.#periodNs
      return
    }
    const missed = Math.floor((clock.monotonicNs() - this.#nextTick) / this.#periodNs)
    this.#nextTick += (Math.max(0, missed) + 1) * this.#periodNs
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = this.#options.clock.after(delayMs, resolve)
      this.#wake = () => {
        timer.cancel()
        resolve()
      }
    })
  }
}
