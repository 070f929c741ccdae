import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { apportion } from './apportionment.ts'

const turnsOf = (weights: readonly number[], count: number) => {
  const apportionment = apportion(weights)
  return Array.from({ length: count }, () => apportionment.next())
}

test.each<[weights: number[], turns: string]>([
  [[1], '00000'],
  [[1, 1], '0101010101'],
  [[0.2, 0.8], '1110111101'],
  [[0.8, 0.2], '0000100001'],
  [[0, 1], '1111'],
  [[3, 1], '00010001'],
])('weights %j are dealt as %s', (weights, turns) => {
  expect(turnsOf(weights, turns.length).join('')).toBe(turns)
})

test('each party has its share after any number of turns, give or take less than one', () => {
  const weights = fc
    .array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 8 })
    .filter((weights) => weights.some((weight) => weight > 0))
  fc.assert(
    fc.property(weights, (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const counts = weights.map(() => 0)
      const apportionment = apportion(weights)
      for (let turn = 1; turn <= 500; turn++) {
        const party = apportionment.next()
        counts[party] = counts[party]! + 1
        for (const [index, weight] of weights.entries()) {
          // Weights count in millionths: over 500 turns that is a thousandth of a turn.
          expect(Math.abs(counts[index]! - (turn * weight) / total)).toBeLessThan(1.001)
        }
      }
    }),
  )
})

test('no weight above 0 is refused', () => {
  expect(() => apportion([0, 0])).toThrow('a weight above 0')
})
