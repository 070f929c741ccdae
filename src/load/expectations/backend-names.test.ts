import { expect, test } from 'vitest'
import { BackendNames, interleaveNames } from './backend-names.ts'

test('names are numbered from 1 in the order in which they come', () => {
  const names = new BackendNames()
  expect(['a', 'b', 'a', 'c'].map((name) => names.numberOf(name))).toEqual([1, 2, 1, 3])
  expect(names.names).toEqual(['a', 'b', 'c'])
})

test('generators that share a plan have numbers of their own, which lead to their names', () => {
  const generators = [0, 1, 2].map((index) => new BackendNames({ index, of: 3 }))
  const said = [['a'], ['b', 'c', 'd'], ['e', 'a']]
  const numbers = said.map((words, index) => words.map((word) => generators[index]!.numberOf(word)))
  expect(new Set(numbers.flat()).size).toBe(6)
  const names = interleaveNames(generators.map((generator) => generator.names))
  expect(numbers.map((some) => some.map((number) => names[number - 1]))).toEqual(said)
})

test.each([
  [1, 0],
  [4, 0],
  [4, 3],
  [64, 63],
])('of %d generators, number %d gives the rest one name when the numbers run out', (of, index) => {
  const names = new BackendNames({ index, of }, 200)
  const numbers = Array.from({ length: 300 }, (_, name) => names.numberOf(`pod-${name}`))
  expect(Math.max(...numbers)).toBeLessThanOrEqual(200)
  expect(names.numberOf('one more')).toBe(numbers.at(-1))
  expect(names.names.at(-1)).toBe('other')
})

test('a name that goes on and on is cut', () => {
  const names = new BackendNames()
  expect(names.numberOf('x'.repeat(10_000))).toBe(names.numberOf('x'.repeat(20_000)))
  expect(names.names[0]).toHaveLength(256)
})
