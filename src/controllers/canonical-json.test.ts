import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, isSame } from './canonical-json.ts'

test.each([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: 1, b: null, c: [], d: {} }, { a: 1 }, true],
  [{ a: { b: { c: [] } } }, undefined, true],
  [[{}, 1], [null, 1], true],
  [[], [{}], false],
  [{ a: '' }, {}, false],
  [{ a: 0 }, { a: false }, false],
  [{ a: [1] }, { a: { 0: 1 } }, false],
  [{ constructor: 'x' }, {}, false],
])('%j and %j mean the same: %j', (left, right, expected) => {
  expect(isSame(left, right)).toBe(expected)
  expect(isSame(right, left)).toBe(expected)
})

test('two values mean the same exactly when their canonical texts are equal', () => {
  const value = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme-ascii' })
  fc.assert(
    fc.property(value, value, (left, right) => {
      const expected = canonicalJson(left) === canonicalJson(right)
      expect(isSame(left, right)).toBe(expected)
      expect(isSame({ a: left, b: right }, { b: left, a: right })).toBe(expected)
      expect(isSame(left, structuredClone(left))).toBe(true)
    }),
  )
})

test('parts that both share are not looked into', () => {
  const shared = {
    get inside(): never {
      throw new Error('looked into')
    },
  }
  expect(isSame({ a: shared, b: [1] }, { a: shared, b: [1] })).toBe(true)
})
