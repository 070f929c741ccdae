import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { freezeSharing } from './frozen.ts'

test('what did not change is the very same object, and so is the whole when nothing did', () => {
  const previous = freezeSharing({ a: { b: [1, { c: 2 }] }, d: { e: 1 } })
  const next = freezeSharing({ a: { b: [1, { c: 2 }] }, d: { e: 2 } }, previous)
  expect(next).toEqual({ a: { b: [1, { c: 2 }] }, d: { e: 2 } })
  expect(next.a).toBe(previous.a)
  expect(next.d).not.toBe(previous.d)
  expect(freezeSharing({ d: { e: 1 }, a: { b: [1, { c: 2 }] } }, previous)).toBe(previous)
})

test('a frozen part of the input is taken as it is, an unfrozen one is copied', () => {
  const template = freezeSharing({ spec: { image: 'v1' } })
  const mutable = { spec: template.spec, labels: { app: 'x' } }
  const stored = freezeSharing(mutable)
  mutable.labels.app = 'y'
  expect(stored).toEqual({ spec: { image: 'v1' }, labels: { app: 'x' } })
  expect(stored.spec).toBe(template.spec)
})

test('a shell that is frozen around an open part is not trusted', () => {
  const open = { app: 'x' }
  const stored = freezeSharing(Object.freeze({ labels: open }))
  open.app = 'y'
  expect(stored.labels.app).toBe('x')
})

test('undefined and null members are absent, in arrays they keep their place', () => {
  expect(freezeSharing({ a: null, b: undefined, c: [null, undefined, 1] })).toEqual({
    c: [null, null, 1],
  })
  const previous = freezeSharing({ a: { b: 1 } })
  expect(freezeSharing({ a: { b: 1 }, gone: null }, previous)).toBe(previous)
  expect(freezeSharing({}, previous)).toEqual({})
})

test('names that every object inherits are members like others', () => {
  const value: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":2}')
  expect(JSON.stringify(freezeSharing(value, freezeSharing({})))).toBe(
    '{"__proto__":{"a":1},"constructor":2}',
  )
})

test('any JSON comes back equal and frozen throughout, whatever came before', () => {
  const json = fc.jsonValue({ maxDepth: 4 })
  fc.assert(
    fc.property(json, json, (before, after) => {
      const previous = freezeSharing(before)
      const next = freezeSharing(after, previous)
      expect(next).toEqual(withoutNulls(after))
      expect(isFrozenThroughout(next)).toBe(true)
      expect(freezeSharing(structuredClone(next), next)).toBe(next)
    }),
  )
})

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]))
}

function isFrozenThroughout(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThroughout)
}
