import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { definitionOfKind } from '../schema.ts'
import { applyStrategicMergePatch } from './strategic-merge.ts'

const DEPLOYMENT = definitionOfKind('apps/v1', 'Deployment') ?? { fields: {} }

const name = fc.constantFrom('a', 'b', 'c', 'd')
const container = fc.record(
  {
    name,
    image: fc.constantFrom('one', 'two'),
    args: fc.array(name, { maxLength: 2 }),
    env: fc.uniqueArray(fc.record({ name, value: name }), { selector: (env) => env.name }),
  },
  { requiredKeys: ['name'] },
)
const deployment = fc.record(
  {
    metadata: fc.record(
      {
        labels: fc.dictionary(name, name),
        finalizers: fc.uniqueArray(name),
      },
      { requiredKeys: [] },
    ),
    spec: fc.record({
      template: fc.record({
        spec: fc.record({
          containers: fc.uniqueArray(container, { selector: (item) => item.name, maxLength: 4 }),
        }),
      }),
    }),
  },
  { requiredKeys: ['spec'] },
)

test('an empty patch changes nothing', () => {
  fc.assert(
    fc.property(deployment, (current) => {
      expect(applyStrategicMergePatch(current, {}, DEPLOYMENT)).toEqual(current)
    }),
  )
})

test('a patch that is applied twice changes nothing the second time', () => {
  fc.assert(
    fc.property(deployment, deployment, (current, patch) => {
      const once = applyStrategicMergePatch(current, patch, DEPLOYMENT)
      expect(applyStrategicMergePatch(once, patch, DEPLOYMENT)).toEqual(once)
    }),
  )
})

test('an object that patches itself stays as it is', () => {
  fc.assert(
    fc.property(deployment, (current) => {
      expect(applyStrategicMergePatch(current, current, DEPLOYMENT)).toEqual(current)
    }),
  )
})

test('a patch and the object are left alone, also when they are frozen', () => {
  const current = deepFrozen({ spec: { template: { spec: { containers: [{ name: 'a' }] } } } })
  const patch = deepFrozen({
    spec: { template: { spec: { containers: [{ name: 'a', $patch: 'delete' }, { name: 'b' }] } } },
  })
  expect(applyStrategicMergePatch(current, patch, DEPLOYMENT)).toEqual({
    spec: { template: { spec: { containers: [{ name: 'b' }] } } },
  })
})

test('a patch that is nested without end is refused, not followed', () => {
  const patch: unknown = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`)
  expect(() => applyStrategicMergePatch({}, patch, DEPLOYMENT)).toThrow(/exceeded max depth/)
})

test.each([
  '{"__proto__":{"a":1}}',
  '{"metadata":{"__proto__":{"a":1}}}',
  '{"metadata":{"labels":{"__proto__":"a","constructor":"b"}}}',
  '{"$setElementOrder/__proto__":[]}',
  '{"$deleteFromPrimitiveList/__proto__":["a"]}',
  '{"$setElementOrder/metadata/labels":[]}',
  '{"metadata":{"finalizers":[null]}}',
  '{"metadata":{"finalizers":[{}]}}',
  '{"metadata":{"ownerReferences":[null]}}',
  '{"spec":{"template":{"spec":{"containers":[{"name":{}}],"$setElementOrder/containers":[{"name":{}}]}}}}',
])('%s is answered or refused, and harms nobody', (text) => {
  const current: object = {
    metadata: { labels: { a: 'b' }, finalizers: ['a'], ownerReferences: [{ uid: 'a' }] },
    spec: { template: { spec: { containers: [{ name: 'a' }] } } },
  }
  const patch: unknown = JSON.parse(text)
  try {
    applyStrategicMergePatch(current, patch, DEPLOYMENT)
  } catch (error) {
    expect(error).toHaveProperty('name', 'ApiError')
  }
  expect(Object.hasOwn(Object.prototype, 'a')).toBe(false)
})

test('lists of 20,000 items merge without comparing each with each', () => {
  const finalizers = Array.from({ length: 20_000 }, (_, index) => `f${index}`)
  const current = { metadata: { finalizers } }
  const patch = { metadata: { finalizers: finalizers.toReversed() } }
  expect(applyStrategicMergePatch(current, patch, DEPLOYMENT)).toEqual(patch)
})

function deepFrozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) deepFrozen(member)
  }
  return Object.freeze(value)
}
