import type { Clock, Timer } from '../world/clock.ts'

/**
 * Keys to work on: each at most once in the queue and at most once in hand (client-go's workqueue).
 * A key that is added while in hand is worked on again afterwards.
 */
export interface WorkQueue {
  add(key: string): void
  /** Adds after a delay; of several delays for one key the earliest counts. */
  addAfter(key: string, delayMs: number): void
  /** Resolves when nothing is in hand any more; what waits is forgotten. */
  stop(): Promise<void>
}

export interface WorkQueueOptions {
  /** Told of every failure, `failures` of which are now in a row for this key. The key is tried again anyway. */
  readonly onFailure?: (key: string, error: unknown, failures: number) => void
  /** How many keys may be in hand at once. Default 1. */
  readonly concurrency?: number
}

/** client-go's ItemExponentialFailureRateLimiter as its controllers use it. */
const FIRST_DELAY_MS = 5
const DELAY_MS_MAX = 1_000_000

/**
 * A queue that works by itself: `process` is called for each key, in the order of their adding, never
 * from inside `add`. When it rejects, the key is added again after 5 ms, doubled for each failure in a
 * row, 1000 s at most; a success starts anew. Bounded by the number of distinct keys.
 */
export function newWorkQueue(
  clock: Clock,
  process: (key: string) => Promise<void>,
  options: WorkQueueOptions = {},
): WorkQueue {
  return new RetryingQueue(clock, process, options)
}

class RetryingQueue implements WorkQueue {
  readonly #clock: Clock
  readonly #process: (key: string) => Promise<void>
  readonly #options: WorkQueueOptions
  /** Waiting for a hand, in order. */
  readonly #waiting = new Set<string>()
  /** In hand; true: added again meanwhile. */
  readonly #inHand = new Map<string, boolean>()
  readonly #delayed = new Map<string, { readonly dueNs: number; readonly timer: Timer }>()
  readonly #failures = new Map<string, number>()
  #stopped: PromiseWithResolvers<void> | undefined
  #wakeScheduled = false

  constructor(clock: Clock, process: (key: string) => Promise<void>, options: WorkQueueOptions) {
    this.#clock = clock
    this.#process = process
    this.#options = options
  }

  add(key: string): void {
    if (this.#stopped !== undefined) return
    if (this.#inHand.has(key)) this.#inHand.set(key, true)
    else this.#waiting.add(key)
    this.#scheduleWake()
  }

  addAfter(key: string, delayMs: number): void {
    if (this.#stopped !== undefined) return
    if (delayMs <= 0) return this.add(key)
    const dueNs = this.#clock.monotonicNs() + delayMs * 1e6
    const present = this.#delayed.get(key)
    if (present !== undefined && present.dueNs <= dueNs) return
    present?.timer.cancel()
    const timer = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key)
      this.add(key)
    })
    this.#delayed.set(key, { dueNs, timer })
  }

  stop(): Promise<void> {
    if (this.#stopped === undefined) {
      this.#stopped = Promise.withResolvers<void>()
      this.#waiting.clear()
      for (const { timer } of this.#delayed.values()) timer.cancel()
      this.#delayed.clear()
      this.#resolveWhenIdle()
    }
    return this.#stopped.promise
  }

  /** Work starts in a microtask: whoever adds in a loop has finished by then, and keys fold together. */
  #scheduleWake(): void {
    if (this.#wakeScheduled) return
    this.#wakeScheduled = true
    queueMicrotask(() => {
      this.#wakeScheduled = false
      this.#takeInHand()
    })
  }

  #takeInHand(): void {
    for (const key of this.#waiting) {
      if (this.#inHand.size >= (this.#options.concurrency ?? 1)) return
      this.#waiting.delete(key)
      this.#inHand.set(key, false)
      void this.#work(key)
    }
  }

  /** Never rejects, unless `onFailure` throws: then the run is broken and has to stop. */
  async #work(key: string): Promise<void> {
    try {
      await this.#process(key)
      this.#failures.delete(key)
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1
      this.#failures.set(key, failures)
      this.addAfter(key, Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), DELAY_MS_MAX))
      this.#options.onFailure?.(key, error, failures)
    } finally {
      const addedAgain = this.#inHand.get(key) === true
      this.#inHand.delete(key)
      if (addedAgain) this.add(key)
      this.#resolveWhenIdle()
      this.#scheduleWake()
    }
  }

  #resolveWhenIdle(): void {
    if (this.#inHand.size === 0) this.#stopped?.resolve()
  }
}
