import { expect, test } from 'vitest'
import { parseYamlText } from './yaml-parser.ts'

test('aliases are the data that they stand for', () => {
  expect(parseYamlText('a: &x {b: [1]}\nc: *x')).toEqual({ a: { b: [1] }, c: { b: [1] } })
})

test.each([
  ['an anchor that contains itself', 'a: &x {b: *x}'],
  ['one that does so twice', '&x [*x, *x]'],
  ['what is deeper than any object', `${'['.repeat(501)}${']'.repeat(501)}`],
  ['a set', 'a: !!set {b}'],
  ['no YAML', 'a: ['],
])('%s is refused', (_, text) => {
  expect(() => parseYamlText(text)).toThrow('error converting YAML to JSON: ')
})
