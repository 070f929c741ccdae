import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedMap } from './sorted-map.ts'

test('a list that was handed out does not change', () => {
  const map = new SortedMap<number>()
  map.set('b', 1)
  const before = map.list()
  map.set('b', 2)
  map.set('a', 3)
  map.delete('b')
  expect(before).toEqual([1])
  expect(map.list()).toEqual([3])
  expect(map.list()).toBe(map.list())
})

test('after any sequence of writes it holds what a Map holds, in the order of its keys', () => {
  const key = fc.stringMatching(/^[aB/-]{1,3}$/)
  const write = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(write, { maxLength: 60, size: 'max' }), (writes) => {
      const map = new SortedMap<number>()
      const oracle = new Map<string, number>()
      for (const { key, value } of writes) {
        if (value === undefined) expect(map.delete(key)).toBe(oracle.delete(key))
        else {
          map.set(key, value)
          oracle.set(key, value)
        }
        expect(map.get(key)).toBe(oracle.get(key))
      }
      const keys = [...oracle.keys()].toSorted((a, b) => (a < b ? -1 : 1))
      expect(map.keys()).toEqual(keys)
      expect(map.list()).toEqual(keys.map((each) => oracle.get(each)))
      expect(map.size).toBe(oracle.size)
    }),
  )
})
