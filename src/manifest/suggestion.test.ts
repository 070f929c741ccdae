import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { didYouMean, editDistance, suggestName } from './suggestion.ts'

describe('the distance of two words', () => {
  test.each<[string, string, number]>([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
  ])('%s and %s: %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })

  test('is never more than the longer word and is 0 only for equal words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b)
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(distance === 0).toBe(a === b)
      }),
    )
  })
})

test('the nearest name is suggested, and none that is far', () => {
  const known = ['replicas', 'selector', 'strategy', 'template']
  expect(suggestName('replica', known)).toBe('replicas')
  expect(suggestName('REPLICAS', known)).toBe('replicas')
  expect(suggestName('stratgey', known)).toBe('strategy')
  expect(suggestName('volumes', known)).toBeUndefined()
  expect(suggestName('x', ['y'])).toBe('y')
  expect(didYouMean('selektor', known)).toBe('did you mean "selector"?')
  expect(didYouMean('volumes', known)).toBeUndefined()
})
