import type { Distribution } from '../../timeline/histogram.ts'
import { formatG } from './go-format.ts'

/** The upper ends of fortio's buckets, in its resolution of a millisecond. */
const ENDS_MS = [
  ...range(1, 11, 1),
  ...range(12, 20, 2),
  ...range(25, 50, 5),
  ...range(60, 100, 10),
  ...range(120, 200, 20),
  ...range(250, 500, 50),
  ...range(600, 1_000, 100),
  ...range(2_000, 5_000, 1_000),
  7_500,
  10_000,
  ...range(20_000, 50_000, 10_000),
  75_000,
  100_000,
]
const PERCENTILES = [50, 75, 90, 99, 99.9]

/** What fortio prints of durations, in seconds: a counter, the buckets that are not empty, and percentiles. */
export function fortioHistogram(name: string, us: Distribution): string[] {
  if (us.count === 0) return [`${name} : no data`]
  const sum = us.mean * us.count
  return [
    `${name} : count ${us.count} avg ${formatG(s(us.mean), 8)} +/- ${formatG(s(us.standardDeviation), 4)} ` +
      `min ${formatG(s(us.min))} max ${formatG(s(us.max))} sum ${formatG(s(sum), 9)}`,
    '# range, mid point, percentile, count',
    ...bucketsOf(us).map(({ start, end, upTo, count }, index) => {
      const percent = ((100 * upTo) / us.count).toFixed(2)
      const [from, to, middle] = [start, end, (start + end) / 2].map((value) =>
        formatG(s(value), 6),
      )
      return `${index === 0 ? '>=' : '>'} ${from} <= ${to} , ${middle} , ${percent}, ${count}`
    }),
    ...PERCENTILES.map(
      (percent) => `# target ${formatG(percent)}% ${formatG(s(us.percentile(percent / 100)), 6)}`,
    ),
  ]
}

/** Seconds of a duration in microseconds. */
function s(us: number): number {
  return us / 1e6
}

/** From the least value to the largest, each bucket above the one before it. */
function bucketsOf(us: Distribution) {
  const ends = [...ENDS_MS.map((ms) => ms * 1_000).filter((end) => end < us.max), us.max]
  return ends
    .map((end, index) => {
      const below = index === 0 ? 0 : us.countUpTo(ends[index - 1]!)
      const upTo = us.countUpTo(end)
      const start = below === 0 ? us.min : ends[index - 1]!
      return { start, end, upTo, count: upTo - below }
    })
    .filter(({ count }) => count > 0)
}

function range(first: number, last: number, step: number): number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, index) => first + index * step)
}
