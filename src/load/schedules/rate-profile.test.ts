import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { constantRate, rateProfile } from './rate-profile.ts'

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

test('a stage holds its mean rate times its duration, and ends before its end', () => {
  const minute = rateProfile([{ fromPerSecond: 50, toPerSecond: 50, durationMs: 60_000 }])
  expect(minute.count).toBe(3_000)
  expect(minute.slotAtNs(2_999)).toBe(59_980_000_000)
  expect(minute.dueCount(1e15)).toBe(3_000)
  expect(rateProfile([{ fromPerSecond: 0, toPerSecond: 100, durationMs: 10_000 }]).count).toBe(500)
})

test('a ramp reaches slot k when the area under its rate is k', () => {
  const ramp = rateProfile([{ fromPerSecond: 0, toPerSecond: 100, durationMs: 10_000 }])
  // Half of 10 per second and second, times t²: 5 t² is 20 after 2 s.
  expect(ramp.slotAtNs(20)).toBe(2_000_000_000)
  expect(ramp.slotAtNs(0)).toBe(0)
  expect(ramp.dueCount(0)).toBe(1)
  const down = rateProfile([{ fromPerSecond: 100, toPerSecond: 0, durationMs: 10_000 }])
  expect(down.count).toBe(500)
  // 100 t - 5 t² is 480 after 8 s.
  expect(down.slotAtNs(480)).toBe(8_000_000_000)
})

test('steps follow each other without a gap, and a stage of rate 0 is a pause', () => {
  const steps = rateProfile([
    { fromPerSecond: 10, toPerSecond: 10, durationMs: 1_000 },
    { fromPerSecond: 0, toPerSecond: 0, durationMs: 2_000 },
    { fromPerSecond: 100, toPerSecond: 100 },
  ])
  expect([9, 10, 11].map((slot) => steps.slotAtNs(slot))).toEqual([900e6, 3_000e6, 3_010e6])
  expect(steps.dueCount(2_999e6)).toBe(10)
})

test('whatever the stages, slots never go back and the count of due ones agrees with them', () => {
  const stage = fc.record({
    fromPerSecond: fc.integer({ min: 0, max: 300 }),
    toPerSecond: fc.integer({ min: 0, max: 300 }),
    durationMs: fc.integer({ min: 1, max: 3_000 }),
  })
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 5 }), (stages) => {
      const schedule = rateProfile(stages)
      const areaMs = stages.map(
        ({ fromPerSecond, toPerSecond, durationMs }) =>
          ((fromPerSecond + toPerSecond) / 2) * durationMs,
      )
      const area = areaMs.reduce((sum, part) => sum + part, 0) / 1_000
      expect(Math.abs(schedule.count - area)).toBeLessThanOrEqual(1)
      const endNs = stages.reduce((sum, { durationMs }) => sum + durationMs * 1e6, 0)
      let before = 0
      for (let slot = 0; slot < schedule.count; slot++) {
        const atNs = schedule.slotAtNs(slot)
        expect(atNs).toBeGreaterThanOrEqual(before)
        expect(atNs).toBeLessThanOrEqual(endNs)
        expect(schedule.dueCount(atNs)).toBeGreaterThan(slot)
        if (atNs > before) expect(schedule.dueCount(atNs - 1)).toBe(slot)
        before = atNs
      }
    }),
    { numRuns: 50 },
  )
})
