import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatBound, formatCount, formatMs, formatNumberOf, formatShare } from './numbers.ts'

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [1_234_567, '1,234,567'],
])('%d is counted as %s', (count, text) => {
  expect(formatCount(count)).toBe(text)
})

test.each([
  [0, '0.0ms'],
  [0.94, '0.9ms'],
  [12.44, '12.4ms'],
  [99.94, '99.9ms'],
  [99.96, '100ms'],
  [999.4, '999ms'],
  [999.6, '1.00s'],
  [9_994, '9.99s'],
  [9_996, '10.0s'],
])('%d ms are shown as %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text)
})

test.each([
  [1, '100 %'],
  [0.99999, '99.9 %'],
  [0.999, '99.9 %'],
  [0.2, '20 %'],
  [0, '0 %'],
])('the share %d is shown as %s', (share, text) => {
  expect(formatShare(share)).toBe(text)
})

test.each([
  [3 / 6_214, '0.049 %'],
  [3 / 10_000, '0.03 %'],
  [3 / 240, '1.3 %'],
  [1, '100 %'],
  [0, '0 %'],
])('the bound %d is shown as %s', (bound, text) => {
  expect(formatBound(bound)).toBe(text)
})

test('a shown bound is never below the true one, and at most a tenth above', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 10_000_000 }), (sent) => {
      const shown = Number.parseFloat(formatBound(3 / sent)) / 100
      expect(shown).toBeGreaterThanOrEqual((3 / sent) * (1 - 1e-9))
      expect(shown).toBeLessThanOrEqual((3 / sent) * 1.1 + 1e-12)
    }),
  )
})

test('one is singular', () => {
  expect([0, 1, 2].map((count) => formatNumberOf(count, 'window'))).toEqual([
    '0 windows',
    '1 window',
    '2 windows',
  ])
})
