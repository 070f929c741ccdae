import { expect, test } from 'vitest'
import { duration, rateOf, statusRanges, wholeNumber } from './flag-values.ts'

test('values are read with their units', () => {
  expect(rateOf('--rate', '120/m')).toBe(2)
  expect(duration('--duration', '24h')).toBe(86_400_000)
  expect(statusRanges('--success', '200-299,404')).toEqual([
    [200, 299],
    [404, 404],
  ])
  expect(wholeNumber('--requests', '12345678', 99_999_999)).toBe(12_345_678)
})

test.each([
  [() => rateOf('--rate', '0'), '--rate 0', 'Write 200/s, at most 100000/s.'],
  [() => rateOf('--rate', '1000000000'), '--rate 1000000000', 'Write 200/s, at most 100000/s.'],
  [
    () => duration('--duration', '99999h'),
    '--duration 99999h',
    'Write a duration with a unit, such as 500ms, 10s or 2m; 24h at most.',
  ],
  [
    () => wholeNumber('--connections', '1000000'),
    '--connections 1000000',
    'Write a whole number, 999999 at most.',
  ],
  [
    () => wholeNumber('--connections', '1e3'),
    '--connections 1e3',
    'Write a whole number, 999999 at most.',
  ],
])('%#: what is not understood says what is', (read, message, hint) => {
  expect(read).toThrow(expect.objectContaining({ message: `${message}: not understood`, hint }))
})
