import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BodyPattern } from './body-pattern.ts'

const PIECES =
  'a é . [^a] [^é] \\w \\W \\b \\s \\u0061 \\u{61} \\. \\p{L} 🐢 [🐢] (a) (?<b>é) (?=a) (?!é) ^ $ \\x61 \\cA'.split(
    ' ',
  )
const pattern = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom('', '+', '*?', '{1,2}')), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.map(([piece, times]) => piece + times).join(''))
  .filter((source) => {
    try {
      void new RegExp(source, 'u')
      return true
    } catch {
      return false
    }
  })
const text = fc.string({
  unit: fc.constantFrom('a', 'é', '.', '🐢', '\ud83d', '\n', ' ', '\u0001'),
})

test('a pattern finds what it finds with the flag u', () => {
  fc.assert(
    fc.property(pattern, text, (source, body) => {
      expect(new BodyPattern(source).exec(body)).toEqual(new RegExp(source, 'u').exec(body))
    }),
    { numRuns: 5_000 },
  )
})

test.each(['(', 'a{', '\\-', '\\1'])('%s is none', (source) => {
  expect(() => new BodyPattern(source)).toThrow(SyntaxError)
})
