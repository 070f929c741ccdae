import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { constantRate, rateProfile } from './rate-profile.ts'
import { recordedArrivals } from './recorded-arrivals.ts'
import { shardOf, shareOf } from './shard.ts'

const SCHEDULES = [
  constantRate(700),
  rateProfile([{ fromPerSecond: 0, toPerSecond: 900, durationMs: 800 }]),
  recordedArrivals([0, 0, 5e6, 40e6, 40e6, 900e6]),
]

test('all shards together have each slot once, at its time', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SCHEDULES),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 1_000_000_000 }),
      (schedule, of, elapsedNs) => {
        const shards = Array.from({ length: of }, (_, index) => shardOf(schedule, { index, of }))
        const due = shards.map((shard) => shard.dueCount(elapsedNs))
        expect(due.reduce((sum, count) => sum + count, 0)).toBe(schedule.dueCount(elapsedNs))
        const slots = shards.flatMap((shard, index) =>
          Array.from({ length: due[index]! }, (__, slot) => shard.slotAtNs(slot)),
        )
        const all = Array.from({ length: schedule.dueCount(elapsedNs) }, (__, slot) =>
          schedule.slotAtNs(slot),
        )
        expect(slots.toSorted((a, b) => a - b)).toEqual(all)
      },
    ),
  )
})

test('shares of a number add up to it', () => {
  const shares = [0, 1, 2].map((index) => shareOf(10, { index, of: 3 }))
  expect(shares).toEqual([4, 3, 3])
  expect(shareOf(Infinity, { index: 2, of: 3 })).toBe(Infinity)
})

test('recorded arrivals are due when they were recorded', () => {
  const arrivals = recordedArrivals([10, 20, 20, 30])
  expect([9, 10, 20, 29, 30, 99].map((at) => arrivals.dueCount(at))).toEqual([0, 1, 3, 3, 4, 4])
  expect(arrivals.count).toBe(4)
})
