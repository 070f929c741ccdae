import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SequenceCheck } from './sequence-check.ts'

interface Row {
  readonly name: string
  readonly numbers: readonly number[]
  readonly sent?: number
  readonly expected: readonly [lost: number, duplicated: number, reordered: number, foreign: number]
}

const ECHOES: readonly Row[] = [
  { name: 'all of them', numbers: [1, 2, 3], sent: 3, expected: [0, 0, 0, 0] },
  { name: 'none of them', numbers: [], sent: 3, expected: [3, 0, 0, 0] },
  { name: 'one is missing', numbers: [1, 3], sent: 3, expected: [1, 0, 0, 0] },
  { name: 'the last is missing', numbers: [1, 2], sent: 3, expected: [1, 0, 0, 0] },
  { name: 'one comes twice', numbers: [1, 2, 2, 3], sent: 3, expected: [0, 1, 0, 0] },
  { name: 'one comes late', numbers: [2, 1, 3], sent: 3, expected: [0, 0, 1, 0] },
  { name: 'one comes late and again', numbers: [2, 1, 1, 3], sent: 3, expected: [0, 1, 1, 0] },
  { name: 'one was never sent', numbers: [1, 2, 9], sent: 2, expected: [0, 0, 0, 1] },
]

test.each(ECHOES)('of echoes: $name', ({ numbers, sent = 0, expected }) => {
  const check = new SequenceCheck(0)
  for (const number of numbers) check.take(number, sent)
  const { duplicated, reordered, foreign } = check
  expect([check.lost(sent), duplicated, reordered, foreign]).toEqual(expected)
})

describe('of numbers that a server makes', () => {
  test('the first one is where they begin', () => {
    const check = new SequenceCheck()
    for (const number of [100, 101, 104]) check.take(number)
    expect(check.lost()).toBe(2)
  })

  test('none means that none is lost', () => {
    expect(new SequenceCheck().lost()).toBe(0)
  })

  test('a number from nowhere does not make millions of others lost', () => {
    const check = new SequenceCheck()
    for (const number of [1, Number.MAX_SAFE_INTEGER, 2]) check.take(number)
    expect([check.lost(), check.foreign]).toEqual([0, 1])
  })
})

test('whatever comes in whatever order, each number is received, lost, or twice', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 50 }),
      fc.array(fc.integer({ min: 1, max: 50 })),
      (sent, numbers) => {
        const check = new SequenceCheck(0)
        for (const number of numbers) check.take(number, sent)
        const known = numbers.filter((number) => number <= sent)
        expect(check.lost(sent)).toBe(sent - new Set(known).size)
        expect(check.duplicated).toBe(known.length - new Set(known).size)
        expect(check.foreign).toBe(numbers.length - known.length)
      },
    ),
  )
})
