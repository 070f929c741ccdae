import type { PodRef } from '../../timeline/fact.ts'
import { NS_PER_MS, type NodeTimings } from '../timings.ts'

/** How long a container that keeps ending has to wait before its next start. */
export interface BackOff {
  readonly delayMs: number
  /** When it was last raised: the last restart. Nanoseconds. */
  readonly raisedAt: number
}

/**
 * The moment (nanoseconds) before which a container that ended at `endedAt` must not start again;
 * undefined when it may start at once: at the first restart, and after a run of ten minutes.
 */
export function backOffUntil(
  backOff: BackOff | undefined,
  endedAt: number,
  timings: NodeTimings,
): number | undefined {
  if (backOff === undefined || hasExpired(backOff, endedAt, timings)) return undefined
  return endedAt + backOff.delayMs * NS_PER_MS
}

/** The back-off after a restart at `now`: 10 s, 20 s, 40 s, … 300 s (nanoseconds in, milliseconds kept). */
export function raiseBackOff(
  backOff: BackOff | undefined,
  endedAt: number,
  now: number,
  timings: NodeTimings,
): BackOff {
  const isFirst = backOff === undefined || hasExpired(backOff, endedAt, timings)
  const delayMs = isFirst ? timings.backOffMs : Math.min(backOff.delayMs * 2, timings.backOffMsMax)
  return { delayMs, raisedAt: now }
}

function hasExpired(backOff: BackOff, endedAt: number, timings: NodeTimings): boolean {
  return endedAt - backOff.raisedAt > timings.backOffResetMs * NS_PER_MS
}

/** As Go prints a duration of whole seconds, which Kubernetes' messages do: `40s`, `1m20s`, `5m0s`. */
export function formatBackOff(delayMs: number): string {
  const seconds = Math.round(delayMs / 1_000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

/** What a container says that waits for its next start. */
export function backOffMessage(
  { name, namespace, uid }: PodRef,
  container: string,
  delayMs: number,
): string {
  return `back-off ${formatBackOff(delayMs)} restarting failed container=${container} pod=${name}_${namespace}(${uid})`
}
