/**
 * Durations as people write them: `250ms`, `1.5s`, `2m`, `1h`, or a sum such as `1m30s`
 * (the grammar of Go's time.ParseDuration without ns and us, as kubectl's flags accept it).
 */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds of `text`, or undefined when it is not a duration (a bare number has no unit and is refused; `0` is allowed). */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  let totalMs = 0
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h)/g)) {
    totalMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN)
  }
  return totalMs
}

/** A duration for a person, three significant digits at most: 850 → `850ms`, 1500 → `1.5s`, 95000 → `1m35s`. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs < 1) return `${Number(durationMs.toPrecision(2))}ms`
  if (durationMs < 1_000) return `${Number(durationMs.toPrecision(3))}ms`
  if (durationMs < 60_000) return `${Number((durationMs / 1_000).toPrecision(3))}s`
  const minutes = Math.floor(durationMs / 60_000)
  const seconds = Math.round((durationMs % 60_000) / 1_000)
  if (seconds === 60) return `${minutes + 1}m`
  return seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`
}
