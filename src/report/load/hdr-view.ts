import type { Distribution } from '../../timeline/histogram.ts'
import type { LoadView } from '../load-view.ts'

/** The latencies as HdrHistogram's percentile distribution, for its plotter and for wrk2's users. */
export const HDR_VIEW: LoadView = {
  summary: ({ tally }) => renderHdr(tally.latencyUs),
  omitsImpediments: true,
}

/** Steps between a percentile and the one half as far from 100. */
const TICKS_PER_HALF_DISTANCE = 5

/** Microseconds, shown as milliseconds. */
function renderHdr(us: Distribution): string {
  const lines = [
    `${'Value'.padStart(12)} ${'Percentile'.padStart(14)} ${'TotalCount'.padStart(10)} ${'1/(1-Percentile)'.padStart(14)}`,
    '',
    ...stepsOf(us).map(({ value, fraction, upTo }) => {
      const line = `${ms(value).padStart(12)} ${fraction.toFixed(12)} ${String(upTo).padStart(10)}`
      return fraction === 1 ? line : `${line} ${(1 / (1 - fraction)).toFixed(2).padStart(14)}`
    }),
    `#[Mean    = ${ms(us.mean).padStart(12)}, StdDeviation   = ${ms(us.standardDeviation).padStart(12)}]`,
    `#[Max     = ${ms(us.max).padStart(12)}, Total count    = ${String(us.count).padStart(12)}]`,
    // What a reader of HdrHistogram skips: values of 32 bits, each power of two cut into 128.
    `#[Buckets = ${'25'.padStart(12)}, SubBuckets     = ${'256'.padStart(12)}]`,
  ]
  return `${lines.join('\n')}\n`
}

function ms(us: number): string {
  return (us / 1_000).toFixed(3)
}

interface Step {
  readonly value: number
  /** Of all values, those asked for: 0 to 1. */
  readonly fraction: number
  readonly upTo: number
}

/** Denser and denser towards 1, until a step holds the largest value. */
function stepsOf(us: Distribution): Step[] {
  const steps: Step[] = []
  let percent = 0
  let upTo = 0
  for (const { high, count } of us.buckets()) {
    upTo += count
    const reached = (100 * upTo) / us.count
    while (reached >= percent) {
      steps.push({ value: high, fraction: percent / 100, upTo })
      percent += 100 / ticksAt(percent)
      if (upTo === us.count) break
    }
  }
  return us.count === 0 ? [] : [...steps, { value: us.max, fraction: 1, upTo: us.count }]
}

/** How many steps a whole range would have at this density, which doubles each time the rest is halved. */
function ticksAt(percent: number): number {
  const halvings = Math.floor(Math.log2(100 / (100 - percent))) + 1
  return TICKS_PER_HALF_DISTANCE * 2 ** halvings
}
