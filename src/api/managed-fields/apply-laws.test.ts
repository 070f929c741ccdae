/** What holds for any configuration. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyConfiguration, managedAfterUpdate } from '../managed-fields.ts'
import type { ApiObject } from '../meta.ts'

const NAME = fc.constantFrom('a', 'b', 'c')
const TEXT = fc.constantFrom('1', '2')

const CONTAINER = fc.record(
  {
    name: NAME,
    image: TEXT,
    args: fc.array(TEXT, { minLength: 1, maxLength: 2 }),
    env: fc.uniqueArray(fc.record({ name: NAME, value: TEXT }), {
      minLength: 1,
      selector: ({ name }) => name,
    }),
    ports: fc.uniqueArray(
      fc.record({ containerPort: fc.constantFrom(80, 443) }, { requiredKeys: ['containerPort'] }),
      { minLength: 1, selector: ({ containerPort }) => containerPort },
    ),
  },
  { requiredKeys: ['name'] },
)

const DEPLOYMENT: fc.Arbitrary<ApiObject> = fc
  .record(
    {
      labels: fc.dictionary(NAME, TEXT, { minKeys: 1 }),
      finalizers: fc.uniqueArray(NAME, { minLength: 1 }),
      replicas: fc.constantFrom(1, 2),
      nodeSelector: fc.dictionary(NAME, TEXT, { minKeys: 1 }),
      containers: fc.uniqueArray(CONTAINER, { minLength: 1, selector: ({ name }) => name }),
    },
    { requiredKeys: [] },
  )
  .map(({ labels, finalizers, replicas, nodeSelector, containers }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      ...(labels === undefined ? {} : { labels }),
      ...(finalizers === undefined ? {} : { finalizers }),
    },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      template: {
        spec: {
          ...(containers === undefined ? {} : { containers }),
          ...(nodeSelector === undefined ? {} : { nodeSelector }),
        },
      },
    },
  }))

const CUSTOM: fc.Arbitrary<ApiObject> = fc
  .dictionary(NAME, fc.jsonValue({ maxDepth: 3 }))
  .map((spec) => ({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'web' }, spec }))

interface Step {
  readonly live?: ApiObject
  readonly config: ApiObject
  readonly name?: string
  readonly at?: number
  readonly force?: boolean
}

function applied({ live, config, name = 'ann', at = 0, force = true }: Step): ApiObject {
  const manager = { name, apiVersion: config.apiVersion }
  const time = `2026-01-01T00:00:0${at}Z`
  return applyConfiguration({ live, config, manager, force, time }).object
}

test('applying the same twice changes nothing, not even the object', () => {
  fc.assert(
    fc.property(fc.oneof(DEPLOYMENT, CUSTOM), (config) => {
      const live = applied({ config })
      expect(applied({ live, config, at: 1 })).toBe(live)
      expect(applied({ live, config, at: 1, force: false })).toBe(live)
    }),
  )
})

test('all that is applied is there, and nothing else when nobody else has anything', () => {
  fc.assert(
    fc.property(fc.array(DEPLOYMENT, { minLength: 1, maxLength: 4 }), (configs) => {
      let live: ApiObject | undefined
      for (const config of configs) live = applied({ ...(live && { live }), config })
      const last = configs.at(-1)
      const fresh = last === undefined ? undefined : applied({ config: last })
      expect(comparable(live)).toEqual(comparable(fresh))
    }),
  )
})

/** An empty part that is left of a field given up is as good as none; lists keep their order. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value)
    .filter(([name]) => name !== 'managedFields')
    .map(([name, inner]): [string, unknown] => [name, comparable(inner)])
    .filter(([, inner]) => !isEmpty(inner))
  return Object.fromEntries(fields)
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

test('an update that changes nothing leaves the very list of owners', () => {
  fc.assert(
    fc.property(DEPLOYMENT, (config) => {
      const live = applied({ config })
      const next = structuredClone(live)
      const manager = { name: 'bob', apiVersion: 'apps/v1' }
      const managedFields = managedAfterUpdate({
        live,
        next,
        manager,
        time: '2027-01-01T00:00:00Z',
      })
      expect(managedFields).toEqual(live.metadata.managedFields ?? [])
    }),
  )
})

test('whoever updates has what changed, and nobody else', () => {
  fc.assert(
    fc.property(DEPLOYMENT, DEPLOYMENT, (config, other) => {
      const live = applied({ config })
      const manager = { name: 'bob', apiVersion: 'apps/v1' }
      const time = '2027-01-01T00:00:00Z'
      const managedFields = managedAfterUpdate({ live, next: other, manager, time })
      const back = { ...other, metadata: { ...other.metadata, managedFields } }
      // To apply what is there already is a conflict with nobody.
      expect(applied({ live: back, config: other, name: 'eve', force: false })).toMatchObject(other)
    }),
  )
})

test('an applier without force takes nothing from others, or is refused', () => {
  fc.assert(
    fc.property(DEPLOYMENT, DEPLOYMENT, (config, other) => {
      const live = applied({ config })
      const before = live.metadata.managedFields ?? []
      try {
        const next = applied({ live, config: other, name: 'bob', force: false })
        expect(next.metadata.managedFields).toEqual(expect.arrayContaining([...before]))
      } catch (error) {
        expect(error).toMatchObject({ reason: 'Conflict', code: 409 })
      }
    }),
  )
})
