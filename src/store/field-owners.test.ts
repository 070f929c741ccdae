import { expect, test } from 'vitest'
import type { ConfigMap } from '../api/core.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

const NAME = { name: 'a' }
const ALICE = { manager: { name: 'alice', apiVersion: 'v1' } }
const BOB = { manager: { name: 'bob', apiVersion: 'v1' } }

test('without a manager nobody has anything, and what others have stays theirs', () => {
  const { store } = newStore()
  expect(store.create('ConfigMap', configMap({ k: '1' })).metadata.managedFields).toBeUndefined()
  store.create('ConfigMap', { ...configMap({ k: '1' }), metadata: { name: 'b' } }, ALICE)
  const { managedFields } = store.patch('ConfigMap', { name: 'b' }, { data: { k: '2' } }).metadata
  expect(managedFields?.map(({ manager }) => manager)).toEqual(['alice'])
})

test('an update gives its manager what it changes', () => {
  const { store } = newStore()
  store.create('ConfigMap', configMap({ k: '1' }), ALICE)
  const { metadata } = store.patch('ConfigMap', NAME, { data: { l: '2' } }, BOB)
  expect(metadata.managedFields).toMatchObject([
    { manager: 'alice', operation: 'Update', fieldsV1: { 'f:data': { 'f:k': {} } } },
    { manager: 'bob', operation: 'Update', fieldsV1: { 'f:data': { 'f:l': {} } } },
  ])
})

test('what the server itself adds is nobody’s', () => {
  const { store } = newStore()
  const ports = [{ port: 80 }]
  const service = { apiVersion: 'v1', kind: 'Service', metadata: NAME, spec: { ports } } as const
  const [entry] = store.create('Service', service, ALICE).metadata.managedFields ?? []
  expect(JSON.stringify(entry?.fieldsV1)).toContain('f:internalTrafficPolicy')
  expect(JSON.stringify(entry?.fieldsV1)).not.toMatch(/clusterIP|ipFamil|f:uid|f:status/)
})

test('applying creates, changes, and takes away what is no longer said', () => {
  const { store } = newStore()
  const apply = (data: Readonly<Record<string, string>>) =>
    store.apply('ConfigMap', configMap(data), { ...ALICE, force: false })
  expect(apply({ k: '1', l: '1' })).toMatchObject({ created: true })
  store.patch('ConfigMap', NAME, { data: { m: '1' } }, BOB)
  const second = apply({ k: '2' })
  expect([second.created, second.object.data]).toEqual([false, { k: '2', m: '1' }])
})

test('applying the same again later makes no version', async () => {
  const { store, clock } = newStore()
  const options = { ...ALICE, force: false }
  const { object } = store.apply('ConfigMap', configMap({ k: '1' }), options)
  await clock.advance(60_000)
  expect(store.apply('ConfigMap', configMap({ k: '1' }), options).object).toBe(object)
  const { resourceVersion: _none, ...metadata } = object.metadata
  expect(store.update('ConfigMap', { ...object, metadata }, ALICE)).toBe(object)
})

test('applying what somebody else has is a Conflict, unless it is forced', () => {
  const { store } = newStore()
  store.apply('ConfigMap', configMap({ k: '1' }), { ...ALICE, force: false })
  const config = configMap({ k: '2' })
  expect(() => store.apply('ConfigMap', config, { ...BOB, force: false })).toThrow(
    expect.objectContaining({ reason: 'Conflict', code: 409 }),
  )
  expect(store.apply('ConfigMap', config, { ...BOB, force: true }).object.data).toEqual({ k: '2' })
})

test('applying to a certain object that is not there is a Conflict', () => {
  const { store } = newStore()
  const config = { ...configMap({}), metadata: { ...NAME, uid: 'u' } }
  expect(() => store.apply('ConfigMap', config, { ...ALICE, force: true })).toThrow(
    'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object specified uid u, and no existing object was found',
  )
  const status = { ...ALICE, force: true, subresource: 'status' } as const
  expect(() => store.apply('ConfigMap', configMap({}), status)).toThrow('"a" not found')
})

function newStore() {
  const clock = newVirtualClock()
  return { clock, store: new Store({ clock, random: seededRandom(7) }) }
}

function configMap(data: Readonly<Record<string, string>>): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: NAME, data }
}
