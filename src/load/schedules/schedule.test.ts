import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { constantRate } from './schedule.ts'

test('slots stand at whole multiples of the interval', () => {
  const schedule = constantRate(200)
  expect([0, 1, 2, 200].map((slot) => schedule.slotAtNs(slot))).toEqual([
    0, 5_000_000, 10_000_000, 1_000_000_000,
  ])
})

test('the slot of an instant is due at that instant, not before', () => {
  const schedule = constantRate(1_000)
  expect(schedule.dueCount(-1)).toBe(0)
  expect(schedule.dueCount(0)).toBe(1)
  expect(schedule.dueCount(999_999)).toBe(1)
  expect(schedule.dueCount(1_000_000)).toBe(2)
})

test('a rate below one request per second is a rate', () => {
  const schedule = constantRate(0.5)
  expect(schedule.dueCount(1_999_999_999)).toBe(1)
  expect(schedule.dueCount(2_000_000_000)).toBe(2)
})

test('each whole second of a whole rate holds exactly that many slots, hours into the run', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 0, max: 100_000 }),
      (rate, second) => {
        const schedule = constantRate(rate)
        const before = schedule.dueCount(second * 1e9 - 1)
        const through = schedule.dueCount((second + 1) * 1e9 - 1)
        expect(through - before).toBe(rate)
      },
    ),
  )
})

test('the count of due slots agrees with counting them one by one', () => {
  const rates = fc.double({ min: 0.01, max: 5_000, noNaN: true })
  fc.assert(
    fc.property(rates, fc.integer({ min: 0, max: 200 }), (rate, slot) => {
      const schedule = constantRate(rate)
      const atNs = schedule.slotAtNs(slot)
      let counted = 0
      while (schedule.slotAtNs(counted) <= atNs) counted++
      expect(schedule.dueCount(atNs)).toBe(counted)
      expect(schedule.dueCount(atNs - 1)).toBeLessThan(counted)
    }),
  )
})
