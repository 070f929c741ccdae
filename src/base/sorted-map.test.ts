import { queryObjects } from 'node:v8'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedMap } from './sorted-map.ts'

test('a list that was handed out does not change', () => {
  const map = new SortedMap<{ number: number }>()
  map.set('b', { number: 1 })
  const before = map.list()
  map.set('b', { number: 2 })
  map.set('a', { number: 3 })
  map.delete('b')
  expect(before).toEqual([{ number: 1 }])
  expect(map.list()).toEqual([{ number: 3 }])
  expect(map.list()).toBe(map.list())
})

test('what is gone is not kept alive, though nobody asks for the list', () => {
  class Held {
    readonly isHeld = true
  }
  const map = new SortedMap<Held>()
  for (let index = 0; index < 1_000; index++) map.set(`${index}`, new Held())
  map.list()
  for (let index = 0; index < 1_000; index++) map.delete(`${index}`)
  // What a few single moves would take away waits for the next list.
  expect(queryObjects(Held, { format: 'count' })).toBeLessThan(20)
})

test('after any sequence of writes it holds what a Map holds, in the order of its keys', () => {
  const key = fc.stringMatching(/^[aB/-]{1,3}$/)
  const write = fc.record({
    key,
    value: fc.option(fc.record({ number: fc.nat() }), { nil: undefined }),
    // The order is made up for when a list is wanted: often here, seldom there.
    look: fc.nat(40),
  })
  fc.assert(
    fc.property(fc.array(write, { maxLength: 150, size: 'max' }), fc.boolean(), (writes, often) => {
      const map = new SortedMap<{ number: number }>()
      const oracle = new Map<string, { number: number }>()
      const compare = () => {
        const keys = [...oracle.keys()].toSorted((a, b) => (a < b ? -1 : 1))
        expect(map.list()).toEqual(keys.map((each) => oracle.get(each)))
        expect(map.keys()).toEqual(keys)
        expect(map.size).toBe(oracle.size)
      }
      for (const { key, value, look } of writes) {
        if (value === undefined) expect(map.delete(key)).toBe(oracle.delete(key))
        else {
          map.set(key, value)
          oracle.set(key, value)
        }
        expect(map.get(key)).toBe(oracle.get(key))
        if (look === 0 || (often && look < 20)) compare()
      }
      compare()
    }),
  )
})
