import { expect, test } from 'vitest'
import { areEqual } from './equal-values.ts'

test.each<[a: unknown, b: unknown]>([
  [1, 1],
  [null, null],
  [
    { a: 1, b: [2, { c: '3' }] },
    { b: [2, { c: '3' }], a: 1 },
  ],
  [{ a: undefined }, {}],
  [{}, { a: undefined }],
])('%j and %j are the same', (a, b) => {
  expect(areEqual(a, b)).toBe(true)
  expect(areEqual(b, a)).toBe(true)
})

test.each<[a: unknown, b: unknown]>([
  [1, '1'],
  [{ a: null }, {}],
  [[], {}],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], [1, 1]],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: {} }, { a: [] }],
  [undefined, {}],
  [JSON.parse('{"constructor": 1}'), {}],
  [JSON.parse('{"__proto__": {}}'), {}],
])('%j and %j differ', (a, b) => {
  expect(areEqual(a, b)).toBe(false)
  expect(areEqual(b, a)).toBe(false)
})
