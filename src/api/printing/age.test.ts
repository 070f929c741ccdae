import { expect, test } from 'vitest'
import { ageOf, humanDuration } from './age.ts'

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]

test.each([
  [-2 * SECOND, '<invalid>'],
  [-1.5 * SECOND, '0s'],
  [-1, '0s'],
  [0, '0s'],
  [999, '0s'],
  [119.9 * SECOND, '119s'],
  [2 * MINUTE, '2m'],
  [2 * MINUTE + SECOND, '2m1s'],
  [10 * MINUTE - 1, '9m59s'],
  [10 * MINUTE + 59 * SECOND, '10m'],
  [3 * HOUR - 1, '179m'],
  [3 * HOUR, '3h'],
  [8 * HOUR - MINUTE, '7h59m'],
  [8 * HOUR + 59 * MINUTE, '8h'],
  [2 * DAY - 1, '47h'],
  [2 * DAY + HOUR, '2d1h'],
  [8 * DAY - 1, '7d23h'],
  [8 * DAY + 5 * HOUR, '8d'],
  [730 * DAY - 1, '729d'],
  [730 * DAY, '2y'],
  [731 * DAY, '2y1d'],
  [8 * 365 * DAY + 40 * DAY, '8y'],
])('a duration of %d ms reads %s', (durationMs, text) => {
  expect(humanDuration(durationMs)).toBe(text)
})

test.each([
  [undefined, '<unknown>'],
  ['soon', '<unknown>'],
  ['1970-01-01T00:00:00Z', '5s'],
  ['1970-01-01T00:00:00.500000Z', '4s'],
])('the age of what is from %s reads %s', (timestamp, text) => {
  expect(ageOf(timestamp, 5_400)).toBe(text)
})
