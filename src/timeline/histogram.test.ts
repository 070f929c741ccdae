import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

const histogramOf = (values: readonly number[]) => {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

const values = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2_000 })),
  { minLength: 1, maxLength: 200 },
)

test('small values are exact', () => {
  const histogram = histogramOf(Array.from({ length: 100 }, (_, index) => index + 1))
  expect([0.5, 0.9, 0.99, 1].map((fraction) => histogram.percentile(fraction))).toEqual([
    50, 90, 99, 100,
  ])
})

test('an empty histogram has percentiles of 0', () => {
  expect(new Histogram().percentile(0.99)).toBe(0)
})

test('values beyond the range count as its end', () => {
  expect(histogramOf([1e12]).max).toBe(2 ** 32 - 1)
  expect(histogramOf([-5]).percentile(1)).toBe(0)
})

test('a percentile is never below the exact one and at most 0.8 % above it', () => {
  const fractions = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(values, fractions, (values, fraction) => {
      const sorted = values.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(1, Math.ceil(fraction * sorted.length)) - 1]!
      const estimated = histogramOf(values).percentile(fraction)
      expect(estimated).toBeGreaterThanOrEqual(exact)
      expect(estimated).toBeLessThanOrEqual(exact * (1 + 1 / 128))
    }),
  )
})

test('merging is the same as recording everything in one', () => {
  fc.assert(
    fc.property(values, values, (some, others) => {
      const merged = histogramOf(some)
      merged.merge(histogramOf(others))
      const whole = histogramOf([...some, ...others])
      expect(merged.count).toBe(whole.count)
      for (const fraction of [0, 0.1, 0.5, 0.9, 0.99, 1]) {
        expect(merged.percentile(fraction)).toBe(whole.percentile(fraction))
      }
    }),
  )
})

test('a reset histogram is as new', () => {
  const histogram = histogramOf([1, 2, 3_000_000])
  histogram.reset()
  expect([histogram.count, histogram.max, histogram.percentile(1)]).toEqual([0, 0, 0])
})
