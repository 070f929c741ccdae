import { hrtime } from 'node:process'
import type { Clock, Timer } from '../clock.ts'

/**
 * Where the run's time begins. Plain data, so that it can be handed to a worker thread or another
 * process of this machine, whose clock then counts from the same instant.
 */
export interface ClockOrigin {
  /** The system's monotonic clock (CLOCK_MONOTONIC), nanoseconds. */
  readonly monotonicNs: bigint
  /** Milliseconds since the Unix epoch at that instant. */
  readonly wallMs: number
}

const NS_PER_SECOND = 1_000_000_000n

export function clockOriginNow(): ClockOrigin {
  return { monotonicNs: hrtime.bigint(), wallMs: Date.now() }
}

/** The operating system's time, counted from `origin`: give all threads of a run the same one. */
export function liveClock(origin: ClockOrigin = clockOriginNow()): Clock {
  const { monotonicNs: originNs, wallMs } = origin
  const originSeconds = Number(originNs / NS_PER_SECOND)
  const originRest = Number(originNs % NS_PER_SECOND)
  // A reading as a BigInt would cost twice the time and three times the memory, several times per request.
  const monotonicNs = () => {
    const [seconds, rest] = hrtime()
    return (seconds - originSeconds) * 1e9 + (rest - originRest)
  }
  return {
    monotonicNs,
    wallMs: () => wallMs + monotonicNs() / 1e6,
    after: (delayMs, callback) => startTimer(monotonicNs, delayMs, callback),
  }
}

/** Longer delays overflow the runtime's timers, which would then fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/**
 * The runtime counts a delay from the start of its present loop turn, in whole milliseconds, and so may
 * fire early; what is early is waited for again.
 */
function startTimer(monotonicNs: () => number, delayMs: number, callback: () => void): Timer {
  if (delayMs <= 0) {
    const immediate = setImmediate(callback)
    return { cancel: () => clearImmediate(immediate) }
  }
  const dueNs = monotonicNs() + delayMs * 1e6
  const fire = () => {
    const remainingMs = (dueNs - monotonicNs()) / 1e6
    if (remainingMs > 0) timeout = setTimeout(fire, Math.min(Math.ceil(remainingMs), TIMER_MS_MAX))
    else callback()
  }
  let timeout = setTimeout(fire, Math.min(Math.ceil(delayMs), TIMER_MS_MAX))
  return { cancel: () => clearTimeout(timeout) }
}
