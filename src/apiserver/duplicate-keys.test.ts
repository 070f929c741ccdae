import { expect, test } from 'vitest'
import { findDuplicateKeys, inOrderOfText } from './duplicate-keys.ts'

test.each([
  ['{}', []],
  ['[]', []],
  ['{"a":1,"b":{"a":1}}', []],
  ['{"a":"b","b":"a"}', []],
  ['[{"a":1},{"a":2}]', []],
  ['{"a":1,"a":2,"a":3}', ['a']],
  ['{"data":{"a":"1","a":"2"},"data":{}}', ['data.a', 'data']],
  ['{"l":[{"n":1},{"n":1,"n":2}]}', ['l[1].n']],
  [String.raw`{"a":"\"","\u0061":"{"}`, ['a']],
  [String.raw`{"\\":1,"b":"\\","b":[]}`, ['b']],
])('%s has twice: %j', (text, paths) => {
  expect(findDuplicateKeys(text)).toEqual(paths)
})

test.each([
  ['{"x":1,"a":1,"a":2}', ['x', 'a']],
  ['{"a":1,"a":2,"x":1}', ['a', 'x']],
  ['{"a":1,"x":1,"a":2}', ['x', 'a']],
  ['{"a":1,"a":2}', ['a', 'x']],
])('of %s a reader complains in the order %j', (text, paths) => {
  expect(inOrderOfText(text, { once: ['x'], twice: ['a'] })).toEqual(paths)
})
