import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupIntoOutages } from './outage.ts'
import { OutageTally } from './outage-tally.ts'
import type { Outcome } from './outcome.ts'

const drop = fc.record({
  // Whole 100 ms, so that gaps of exactly a second come up.
  intendedAt: fc.integer({ min: 0, max: 200 }).map((tenths) => tenths * 1e8),
  outcome: fc.constantFrom<Outcome>('reset-reused', 'connect-refused', 'status'),
})

test('drops that come one by one, in any order, make the groups that all of them together make', () => {
  fc.assert(
    fc.property(fc.array(drop, { maxLength: 60 }), (drops) => {
      const tally = new OutageTally()
      for (const one of drops) tally.add(one)
      const expected = groupIntoOutages(drops).map((group) => ({
        from: group[0]!.intendedAt,
        to: group.at(-1)!.intendedAt,
        requests: group.length,
        outcomes: Object.fromEntries(
          [...Map.groupBy(group, ({ outcome }) => outcome)].map(([id, { length }]) => [id, length]),
        ),
      }))
      expect(
        tally.outages.map(({ outcomes, ...rest }) => ({
          ...rest,
          outcomes: Object.fromEntries(outcomes),
        })),
      ).toEqual(expected)
    }),
    { numRuns: 1_000 },
  )
})

test('a million drops are remembered as the outages that they are', () => {
  const tally = new OutageTally()
  for (let index = 0; index < 1_000_000; index++) {
    tally.add({ intendedAt: index * 1e6 + Math.floor(index / 100_000) * 2e9, outcome: 'dns' })
  }
  expect(tally.outages.map(({ requests }) => requests)).toEqual(
    Array.from({ length: 10 }, () => 100_000),
  )
})
