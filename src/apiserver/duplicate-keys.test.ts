import { expect, test } from 'vitest'
import { findComplaints } from './duplicate-keys.ts'

test.each([
  ['{}', []],
  ['[]', []],
  ['{"a":1,"b":{"a":1}}', []],
  ['{"a":"b","b":"a"}', []],
  ['[{"a":1},{"a":2}]', []],
  ['{"a":1,"a":2,"a":3}', ['a']],
  ['{"data":{"a":"1","a":"2"},"data":{}}', ['data.a', 'data']],
  ['{"data":{"a":"1","a":"2"},"data":{"a":"1","a":"2"}}', ['data.a', 'data']],
  ['{"l":[{"n":1},{"n":1,"n":2}]}', ['l[1].n']],
  ['{"l":[{"n":1,"n":2},{"n":1,"n":2,"m":{"n":1}}]}', ['l[0].n', 'l[1].n']],
  [String.raw`{"a":"\"","\u0061":"{"}`, ['a']],
  [String.raw`{"\\":1,"b":"\\","b":[]}`, ['b']],
])('%s has twice: %j', (text, paths) => {
  expect(findComplaints(text).twice).toEqual(paths)
})

test.each([
  ['{"x":1,"a":1,"a":2}', ['x', 'a', 'l[0].x']],
  ['{"a":1,"a":2,"x":1}', ['a', 'x', 'l[0].x']],
  ['{"a":1,"x":1,"a":2}', ['x', 'a', 'l[0].x']],
  ['{"l":[{"x":1,"x":2}],"a":1,"a":2}', ['l[0].x', 'a', 'x']],
  ['{"x":1,"x":2}', ['x', 'l[0].x']],
])('of %s a reader complains in the order %j', (text, paths) => {
  const unknown = [
    { path: 'x', pointer: '/x' },
    { path: 'l[0].x', pointer: '/l/0/x' },
  ]
  expect(findComplaints(text, unknown).inOrder).toEqual(paths)
})

const DEPTH = 480
const MANY = 1_000

function deep(items: string): string {
  return `{"a":1,"a":2,"foo":${'['.repeat(DEPTH)}${items}${']'.repeat(DEPTH)}}`
}

test.each([
  ['have the last name of one that is told', Array(MANY).fill('{"foo":1}').join(), 1],
  ['are all there twice', Array(MANY).fill('{"foo":1,"foo":2}').join(), 100],
  [
    'are twice in one place',
    `{${Array(MANY).fill('"foo":{"x":1,"x":2}').join()}}`,
    // The object and what is in it.
    3,
  ],
])('the place of a key is printed only when it is told, however many keys %s', (_, items, most) => {
  let printed = 0
  const { twice } = findComplaints(deep(items), [{ path: 'foo', pointer: '/foo' }], () => {
    printed += 1
    return `a${printed}`
  })
  expect(printed).toBe(twice.length)
  expect(printed).toBe(most)
})
