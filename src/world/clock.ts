/** A timer that has not fired yet. Cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void
}

/**
 * The door to time. All threads of a run share one origin, so that their facts can be ordered.
 * Wall-clock time is the origin's plus the monotonic time since: it never jumps during a run.
 */
export interface Clock {
  /** Whole nanoseconds since the origin of the run; never goes back. */
  monotonicNs(): number
  /** Milliseconds since the Unix epoch. */
  wallMs(): number
  /** Runs `callback` once, not earlier than `delayMs` from now. */
  after(delayMs: number, callback: () => void): Timer
}

/** Resolves after `delayMs`, or at once when `signal` aborts: the caller looks at the signal. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = () => {
      timer.cancel()
      resolve()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
