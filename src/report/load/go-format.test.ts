import { expect, test } from 'vitest'
import { formatG, goDuration } from './go-format.ts'

test.each([
  [0, '0s'],
  [999, '999ns'],
  [410_996, '410.996µs'],
  [1_000_000, '1ms'],
  [1_634_000, '1.634ms'],
  [1_991_000_000, '1.991s'],
  [60_500_000_000, '1m0.5s'],
  [3_600_000_000_000, '1h0m0s'],
])('%d ns is %s to Go', (ns, text) => {
  expect(goDuration(ns)).toBe(text)
})

test.each([
  [0, undefined, '0'],
  [100, undefined, '100'],
  [0.000123, undefined, '0.000123'],
  [0.0000123, undefined, '1.23e-05'],
  [12_345_678, undefined, '12345678'],
  [99.96, 5, '99.96'],
  [99.999999, 5, '100'],
  [1234567, 6, '1.23457e+06'],
  [0.00150000001, 6, '0.0015'],
])('%d with precision %s is %s', (value, precision, text) => {
  expect(formatG(value, precision)).toBe(text)
})
