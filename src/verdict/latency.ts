import { millisecondsOf } from './units.ts'
import type { Latency } from './verdict.ts'

/** Exact, from every value, in milliseconds; all 0 without any. `durationsNs` in any order. */
export function latencyOf(durationsNs: readonly number[]): Latency {
  const sorted = Float64Array.from(durationsNs).sort()
  const sum = sorted.reduce((total, duration) => total + duration, 0)
  const at = (percent: number) => millisecondsOf(percentile(sorted, percent))
  return {
    min: millisecondsOf(sorted[0] ?? 0),
    mean: sorted.length === 0 ? 0 : millisecondsOf(sum / sorted.length),
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: millisecondsOf(sorted.at(-1) ?? 0),
  }
}

/** Nearest rank: the smallest value that at least `percent` of all values do not exceed. */
export function percentile(sorted: Float64Array, percent: number): number {
  // Rounded first: 99.9 % of 1000 must be rank 999, which binary fractions make a little more.
  const rank = Math.ceil(Math.round(percent * 10 * sorted.length) / 1_000)
  return sorted[Math.max(0, rank - 1)] ?? 0
}
