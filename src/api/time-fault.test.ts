import { expect, test } from 'vitest'
import { describeTimeFault } from './time-fault.ts'

test.each([
  '2026-01-31T12:00:00Z',
  '2026-01-31T12:00:00.123Z',
  '2026-01-31T12:00:00+01:00',
  '2024-02-29T00:00:00Z',
])('%s is a time', (text) => {
  expect(describeTimeFault(text)).toBeUndefined()
})

test.each([
  ['today', 'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"'],
  ['2026-02-29T00:00:00Z', 'parsing time "2026-02-29T00:00:00Z": day out of range'],
  ['2026-01-31T24:00:00Z', 'parsing time "2026-01-31T24:00:00Z": hour out of range'],
  ['2026-01-31T12:00:00Zx', 'parsing time "2026-01-31T12:00:00Zx": extra text: "x"'],
])('%s is none', (text, why) => {
  expect(describeTimeFault(text)).toBe(why)
})

test('a time with microseconds has six of their digits', () => {
  expect(describeTimeFault('2026-01-31T12:00:00.000001Z', 'microseconds')).toBeUndefined()
  expect(describeTimeFault('2026-01-31T12:00:00Z', 'microseconds')).toBe(
    'parsing time "2026-01-31T12:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
  )
})
