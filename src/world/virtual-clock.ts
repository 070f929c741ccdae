import { invariant } from '../base/invariant.ts'
import type { Clock, Timer } from './clock.ts'
import { TimerHeap } from './timer-heap.ts'

const NS_PER_MS = 1_000_000

/** Longer chains of promises that never look at the clock go on after the next timer. */
const QUIET_TURNS = 200
/** More turns than this between two timers are an endless loop of promises. */
const TURNS_MAX = 5_000_000

export interface VirtualClockOptions {
  /** What wallMs() says at the origin. Default 2026-01-01T00:00:00Z. */
  readonly startWallMs?: number
  /**
   * Resolves when no promise chain has anything left to do. `activity` is a number that changes with
   * every call of the clock. The default counts turns of the microtask queue (see settleByTurns); where
   * real IO takes part, inject one that waits for the event loop.
   */
  readonly settle?: (activity: () => number) => Promise<void>
}

/** A Clock that moves only when told: same calls, same order of everything. */
export interface VirtualClock extends Clock {
  /** Moves by `durationMs`: runs the due timers by time, then insertion, and settles after each. */
  advance(durationMs: number): Promise<void>
  /**
   * Runs timer after timer until `predicate` holds (true), or until `limitMs` have passed without it
   * (false; the clock then stands at the limit). Does not move at all when it holds already.
   */
  runUntil(predicate: () => boolean, limitMs: number): Promise<boolean>
  /** Timers that wait: 0 after everything that uses the clock has stopped. */
  readonly timerCount: number
}

export function newVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  return new HeapClock(options)
}

class HeapClock implements VirtualClock {
  readonly #startWallMs: number
  readonly #settle: (activity: () => number) => Promise<void>
  readonly #timers = new TimerHeap()
  #nowNs = 0
  #sequence = 0
  #activity = 0
  #timerCount = 0
  #moving = false

  constructor({ startWallMs = 1_767_225_600_000, settle = settleByTurns }: VirtualClockOptions) {
    this.#startWallMs = startWallMs
    this.#settle = settle
  }

  get timerCount(): number {
    return this.#timerCount
  }

  monotonicNs(): number {
    this.#activity += 1
    return this.#nowNs
  }

  wallMs(): number {
    this.#activity += 1
    return this.#startWallMs + Math.floor(this.#nowNs / NS_PER_MS)
  }

  after(delayMs: number, callback: () => void): Timer {
    this.#activity += 1
    this.#timerCount += 1
    this.#sequence += 1
    const timer = {
      dueNs: this.#nowNs + Math.max(0, Math.ceil(delayMs * NS_PER_MS)),
      sequence: this.#sequence,
      callback: callback as (() => void) | undefined,
    }
    this.#timers.push(timer)
    return {
      cancel: () => {
        if (timer.callback === undefined) return
        timer.callback = undefined
        this.#timerCount -= 1
      },
    }
  }

  async advance(durationMs: number): Promise<void> {
    await this.#moveTo(durationMs, () => false)
  }

  async runUntil(predicate: () => boolean, limitMs: number): Promise<boolean> {
    return this.#moveTo(limitMs, predicate)
  }

  async #moveTo(durationMs: number, isReached: () => boolean): Promise<boolean> {
    invariant(!this.#moving, 'the virtual clock is moved by two callers at once')
    this.#moving = true
    try {
      const limitNs = this.#nowNs + Math.ceil(durationMs * NS_PER_MS)
      await this.#settle(() => this.#activity)
      while (!isReached()) {
        const next = this.#timers.peek()
        if (next === undefined || next.dueNs > limitNs) {
          this.#nowNs = limitNs
          return false
        }
        this.#runNext()
        await this.#settle(() => this.#activity)
      }
      return true
    } finally {
      this.#moving = false
    }
  }

  #runNext(): void {
    const timer = this.#timers.pop()
    const callback = timer?.callback
    if (timer === undefined || callback === undefined) return
    this.#nowNs = timer.dueNs
    timer.callback = undefined
    this.#timerCount -= 1
    callback()
  }
}

/**
 * Gives promise chains their turns until the clock has not been used for QUIET_TURNS in a row. The
 * language cannot tell whether its microtask queue is empty, but a chain that will go on later must
 * either be about to use the clock or wait for another one that is. Each `await` gives every other
 * chain one turn, so a chain that is cut off here (more turns of pure computing than that) merely goes on
 * after the next timer: later in virtual time than it might, yet in the same place in every run.
 */
async function settleByTurns(activity: () => number): Promise<void> {
  let seen = activity()
  let quietTurns = 0
  for (let turn = 0; quietTurns < QUIET_TURNS; turn++) {
    invariant(turn < TURNS_MAX, 'promises use the virtual clock without end and set no timer')
    await Promise.resolve()
    const current = activity()
    quietTurns = current === seen ? quietTurns + 1 : 0
    seen = current
  }
}
