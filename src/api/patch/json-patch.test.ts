import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from '../api-error.ts'
import { applyJsonPatch, unknownJsonPatchFields } from './json-patch.ts'
import { patchRejected } from './patch-refusal.ts'

// RFC 6902, appendix A, as far as it is not among the recorded patches: object, patch, result.
test.each([
  [
    'A.8: testing a value',
    { baz: 'qux', foo: ['a', 2, 'c'] },
    [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ],
  [
    'A.6: moving a value',
    { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  ],
  [
    'A.10: adding a nested member object',
    { foo: 'bar' },
    [{ op: 'add', path: '/child', value: { grandchild: {} } }],
    { foo: 'bar', child: { grandchild: {} } },
  ],
  [
    'A.14: ~ escape ordering',
    { '/': 9, '~1': 10 },
    [{ op: 'test', path: '/~01', value: 10 }],
    { '/': 9, '~1': 10 },
  ],
  [
    'A.16: adding an array value',
    { foo: ['bar'] },
    [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
    { foo: ['bar', ['abc', 'def']] },
  ],
])('%s', (_, object, patch, result) => {
  const before = structuredClone({ object, patch })
  expect(applyJsonPatch(object, patch)).toEqual(result)
  expect({ object, patch }).toEqual(before)
})

test('A.15: a text is not equal to a number', () => {
  const patch = [{ op: 'test', path: '/~01', value: '10' }]
  expect(() => applyJsonPatch({ '~1': 10 }, patch)).toThrow(patchRejected())
})

test('a value that is added is a copy: later operations do not change the patch', () => {
  const patch = [
    { op: 'add', path: '/a', value: { b: 1 } },
    { op: 'copy', from: '/a', path: '/c' },
    { op: 'replace', path: '/a/b', value: 2 },
  ]
  expect(applyJsonPatch({}, patch)).toEqual({ a: { b: 2 }, c: { b: 1 } })
  expect(patch[0]?.value).toEqual({ b: 1 })
})

test('members that mean nothing are named', () => {
  const patch = [{ op: 'add', path: '/a', value: 1 }, { op: 'test', Path: '', why: 1 }, null, 1]
  expect(unknownJsonPatchFields(patch)).toEqual([
    'json patch unknown field "[1].Path"',
    'json patch unknown field "[1].why"',
  ])
})

test.each([
  ['tests of what is not there without a value', [{ op: 'test', path: '/none' }]],
  ['a replacement of everything by nothing', [{ op: 'replace', path: '' }]],
  [
    'a path through null',
    [
      { op: 'add', path: '/a', value: null },
      { op: 'add', path: '/a/b' },
    ],
  ],
  [
    'copies that double the object each time',
    Array.from({ length: 100 }, (_, index) => ({ op: 'copy', from: '/a', path: `/a/${index}` })),
  ],
  [
    'moves that nest without end',
    Array.from({ length: 3_000 }, () => [
      { op: 'move', from: '/a', path: '/b' },
      { op: 'add', path: '/a', value: {} },
      { op: 'move', from: '/b', path: '/a/b' },
    ]).flat(),
  ],
])('%s: refused', (_, patch) => {
  expect(() => applyJsonPatch({ a: { big: 'x'.repeat(1000) } }, patch)).toThrow(patchRejected())
})

test('a patch that is nested without end is refused, not followed', () => {
  const patch: unknown = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
  expect(() => applyJsonPatch({}, patch)).toThrow(/exceeded max depth/)
})

test('names that every JavaScript object inherits are members like any other', () => {
  const add = { op: 'add', path: '/__proto__', value: { a: 1 } }
  expect(JSON.stringify(applyJsonPatch({}, [add]))).toBe('{"__proto__":{"a":1}}')
  const below = [{ op: 'add', path: '/__proto__/a', value: 1 }]
  expect(() => applyJsonPatch({}, below)).toThrow(patchRejected())
  expect(Object.hasOwn(Object.prototype, 'a')).toBe(false)
})

const path = fc
  .array(fc.constantFrom('a', 'b', '0', '1', '-1', '-', '', '~0', '__proto__', 'length'))
  .map((keys) => keys.map((key) => `/${key}`).join(''))
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'bad'),
    path,
    from: path,
    value: fc.jsonValue({ depthSize: 'small' }),
  },
  { requiredKeys: ['op', 'path'] },
)

test('any patch is carried out or refused', () => {
  const object = { a: { b: [1, { a: null }] }, b: ['x', []] }
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 5 }), (patch) => {
      try {
        expect(typeof applyJsonPatch(object, patch)).toBe('object')
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError)
      }
    }),
    { numRuns: 1000 },
  )
})
