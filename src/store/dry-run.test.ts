import { expect, test } from 'vitest'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import type { DeletionOptions } from './request.ts'
import { Store } from './store.ts'

// What is expected here was measured on kube-apiserver 1.34.4.

const NAME = { name: 'a' }
const DRY = { dryRun: true }

test('a creation answers with a whole object that has no version, and stores nothing', () => {
  const store = newStore()
  const { version } = store
  const { metadata } = store.create('ConfigMap', configMap({ name: '', generateName: 'a-' }), DRY)
  expect(metadata.name).toMatch(/^a-\w{5}$/)
  expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
  expect(metadata.creationTimestamp).toBeDefined()
  expect(metadata.resourceVersion).toBeUndefined()
  expect([store.version, store.list('ConfigMap').items]).toEqual([version, []])
})

test('an update answers with the version that it would replace', () => {
  const { store, created } = withObject()
  const updated = store.patch('ConfigMap', NAME, { data: { k: 'v' } }, DRY)
  expect(updated.data).toEqual({ k: 'v' })
  expect(updated.metadata.resourceVersion).toBe(created.metadata.resourceVersion)
  expect(Object.isFrozen(updated.data)).toBe(true)
  expect(store.get('ConfigMap', NAME)).toBe(created)
})

test.each<[string, DeletionOptions, boolean]>([
  ['a deletion', {}, true],
  ['one that waits for the garbage collector', { propagationPolicy: 'Foreground' }, false],
])('%s removes nothing', (_, options, removed) => {
  const { store, created } = withObject()
  const answer = store.delete('ConfigMap', NAME, { ...options, ...DRY })
  expect(answer.removed).toBe(removed)
  expect(answer.object.metadata.resourceVersion).toBe(created.metadata.resourceVersion)
  expect(store.get('ConfigMap', NAME)).toBe(created)
})

test('an update that would remove the last finalizer removes nothing', () => {
  const store = newStore()
  store.create('ConfigMap', configMap({ ...NAME, finalizers: ['example.com/wait'] }))
  const { object } = store.delete('ConfigMap', NAME)
  const answer = store.patch('ConfigMap', NAME, { metadata: { finalizers: null } }, DRY)
  expect(answer.metadata.finalizers).toBeUndefined()
  expect(store.get('ConfigMap', NAME)).toBe(object)
})

test('what would be refused is refused', () => {
  const { store } = withObject()
  expect(() => store.create('ConfigMap', configMap(NAME), DRY)).toThrow('already exists')
  expect(() => store.create('ConfigMap', configMap({ name: 'A' }), DRY)).toThrow('invalid')
  const stale = { metadata: { resourceVersion: '1' } }
  expect(() => store.patch('ConfigMap', NAME, stale, DRY)).toThrow('has been modified')
})

function newStore(): Store {
  return new Store({ clock: newVirtualClock(), random: seededRandom(7) })
}

function withObject() {
  const store = newStore()
  return { store, created: store.create('ConfigMap', configMap(NAME)) }
}

function configMap(metadata: {
  readonly name: string
  readonly generateName?: string
  readonly finalizers?: readonly string[]
}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata } as const
}
