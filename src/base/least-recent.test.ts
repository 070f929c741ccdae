import { expect, test } from 'vitest'
import { LeastRecent } from './least-recent.ts'

test('of too many, the one that was set least recently goes', () => {
  const letters = new LeastRecent<number>({ sizeMax: 2, ageMsMax: 1_000 })
  for (const [index, letter] of ['a', 'b', 'a', 'c'].entries()) letters.set(letter, index, 0)
  expect(['a', 'b', 'c'].map((letter) => letters.get(letter))).toEqual([2, undefined, 3])
})

test('what is too old goes when another one is set', () => {
  const letters = new LeastRecent<number>({ sizeMax: 10, ageMsMax: 1_000 })
  letters.set('a', 1, 0)
  letters.set('b', 2, 1)
  letters.set('c', 3, 1_000)
  expect(letters.size).toBe(3)
  letters.set('c', 4, 1_001)
  expect(['a', 'b', 'c'].map((letter) => letters.get(letter))).toEqual([undefined, 2, 4])
})
