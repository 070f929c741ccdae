/** Seconds of nanoseconds, to the microsecond: what a report can use without noise digits. */
export function secondsOf(ns: number): number {
  return Math.round(ns / 1e3) / 1e6
}

/** Milliseconds of nanoseconds, to the microsecond. */
export function millisecondsOf(ns: number): number {
  return Math.round(ns / 1e3) / 1e3
}

/** A span for a sentence: `0.92 s`. */
export function spanOf(ns: number): string {
  return `${(Math.max(0, ns) / 1e9).toFixed(2)} s`
}
