import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { latencyOf, percentile } from './latency.ts'

test('without a value every figure is 0', () => {
  expect(new Set(Object.values(latencyOf([])))).toEqual(new Set([0]))
})

test('percentiles are by nearest rank', () => {
  const durations = Array.from({ length: 1_000 }, (_, index) => (index + 1) * 1e6)
  expect(latencyOf(durations.toReversed())).toEqual({
    min: 1,
    mean: 500.5,
    p50: 500,
    p90: 900,
    p95: 950,
    p99: 990,
    p999: 999,
    max: 1_000,
  })
})

test('a percentile is the smallest value that enough of all values do not exceed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(50, 90, 95, 99, 99.9),
      (values, percent) => {
        const sorted = Float64Array.from(values).sort()
        const found = percentile(sorted, percent)
        // In thousandths, so that the oracle counts in whole numbers.
        const covers = (limit: number) =>
          values.filter((value) => value <= limit).length * 1_000 >=
          values.length * Math.round(percent * 10)
        expect(covers(found)).toBe(true)
        expect(values).toContain(found)
        for (const value of values) if (value < found) expect(covers(value)).toBe(false)
      },
    ),
  )
})
