import { expect, test } from 'vitest'
import { EventCorrelator } from './event-correlator.ts'

const event = (message: string, subject = 'a') => ({
  subject,
  reason: 'Told',
  message,
  content: `${subject} Told ${message}`,
})

test('from the tenth message on, similar events are one', () => {
  const correlator = new EventCorrelator(100)
  const told = Array.from({ length: 12 }, (_, index) => correlator.correlate(event(`${index}`), 0))
  expect(told.slice(7)).toEqual([
    { key: 'a Told 7', message: '7' },
    { key: 'a Told 8', message: '8' },
    ...['9', '10', '11'].map((message) => ({
      key: 'a Told',
      message: `(combined from similar events): ${message}`,
    })),
  ])
})

test('after ten minutes without any, they are told one by one again', () => {
  const correlator = new EventCorrelator(100)
  for (let index = 0; index < 10; index++) correlator.correlate(event(`${index}`), index)
  expect(correlator.correlate(event('late'), 600_010)).toEqual({
    key: 'a Told late',
    message: 'late',
  })
})

test('of one object 25 events are told at once, and then one in five minutes', () => {
  const correlator = new EventCorrelator(100)
  const grants = (count: number, nowMs: number) =>
    Array.from({ length: count }, () => correlator.correlate(event('same'), nowMs)).filter(
      (correlation) => correlation !== undefined,
    ).length
  expect(grants(30, 0)).toBe(25)
  expect(grants(5, 299_999)).toBe(0)
  expect(grants(5, 300_000)).toBe(1)
  expect(correlator.correlate(event('other', 'b'), 300_000)).toBeDefined()
})
