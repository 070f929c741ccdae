import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from '../api-error.ts'
import { applyMergePatch } from './merge-patch.ts'

// The test cases of RFC 7386, appendix A, that patch an object with an object: target, patch, result.
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{ a: [1, 2] }, { a: { a: 'b', c: null } }, { a: { a: 'b' } }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j patched with %j is %j', (target, patch, result) => {
  const before = structuredClone({ target, patch })
  expect(applyMergePatch(target, patch)).toEqual(result)
  expect({ target, patch }).toEqual(before)
})

test.each([
  [{}, { a: [{ b: null, c: 1 }, null] }, { a: [{ c: 1 }, null] }],
  [{ a: [1] }, { a: [[{ b: null }]] }, { a: [[{}]] }],
  [{ a: {} }, { a: [{ b: null }] }, { a: [{ b: null }] }],
])(
  'Kubernetes looks for nulls in new lists too: %j patched with %j is %j',
  (target, patch, result) => {
    expect(applyMergePatch(target, patch)).toEqual(result)
  },
)

test.each([
  [null, 'Invalid JSON Patch'],
  [
    [{ a: 1 }],
    'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
  ],
  [
    'x',
    'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}',
  ],
])('%j is no merge patch', (patch, message) => {
  expect(() => applyMergePatch({}, patch)).toThrow(new ApiError('BadRequest', message))
})

test('a patch that is nested without end is refused, not followed', () => {
  const patch: unknown = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`)
  expect(() => applyMergePatch({}, patch)).toThrow(/exceeded max depth/)
})

test('a member may have a name that every JavaScript object inherits', () => {
  const patch: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":"b"}')
  expect(JSON.stringify(applyMergePatch({}, patch))).toBe('{"__proto__":{"a":1},"constructor":"b"}')
})

const { json } = fc.letrec<{ json: unknown; leaf: unknown; members: unknown }>((tie) => ({
  leaf: fc.constantFrom<unknown>(null, 0, 'x', true, [], [1, 'y']),
  members: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('json'), { maxKeys: 4 }),
  json: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('members')),
}))
const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c'), json, { maxKeys: 4 })

test('any patch has the result of the pseudo code of RFC 7386, section 2', () => {
  fc.assert(
    fc.property(objects, objects, (target, patch) => {
      expect(applyMergePatch(target, patch)).toEqual(mergePatch(target, patch))
    }),
  )
})

test('a patch that is applied twice changes nothing the second time', () => {
  fc.assert(
    fc.property(objects, objects, (target, patch) => {
      const once = applyMergePatch(target, patch)
      expect(applyMergePatch(once, patch)).toEqual(once)
    }),
  )
})

/** MergePatch(Target, Patch), word for word. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target)
  let result: Record<string, unknown> = isObject ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    const { [name]: old, ...others } = result
    result = value === null ? others : { ...others, [name]: mergePatch(old, value) }
  }
  return result
}
