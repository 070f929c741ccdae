import { expect, test } from 'vitest'
import type { ConfigMap } from '../api/core.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import type { StoreEvent } from './request.ts'
import { Store, type StoreOptions } from './store.ts'

test('nobody is told during a write, and everybody before the next promise is kept', async () => {
  const store = newStore()
  const seen: string[] = []
  watch(store, '1', seen)
  store.create('ConfigMap', configMap('a'))
  expect(seen).toEqual([])
  await Promise.resolve()
  expect(seen).toEqual(['ADDED a'])
})

test('every change goes to all listeners, in the order of their coming, before the next one does', async () => {
  const store = newStore()
  const seen: string[] = []
  for (const listener of ['first', 'second']) {
    store.watch('ConfigMap', { resourceVersion: '1' }, (event) => {
      seen.push(`${listener} ${describeEvent(event)}`)
      if (seen.length === 1) store.create('ConfigMap', configMap('c'))
    })
  }
  store.create('ConfigMap', configMap('a'))
  store.create('ConfigMap', configMap('b'))
  await Promise.resolve()
  expect(seen).toEqual([
    'first ADDED a',
    'second ADDED a',
    'first ADDED b',
    'second ADDED b',
    'first ADDED c',
    'second ADDED c',
  ])
})

test('a listener that throws disturbs neither the store nor the other listeners', async () => {
  const errors: unknown[] = []
  const store = newStore({ onListenerError: (error) => errors.push(error) })
  const seen: string[] = []
  store.watch('ConfigMap', { resourceVersion: '1' }, (event) => {
    throw new Error(describeEvent(event))
  })
  watch(store, '1', seen)
  store.create('ConfigMap', configMap('a'))
  store.delete('ConfigMap', { name: 'a' })
  await Promise.resolve()
  expect(errors).toEqual([new Error('ADDED a'), new Error('DELETED a')])
  expect(seen).toEqual(['ADDED a', 'DELETED a'])
})

test('a listener that is stopped by another one in the same round hears nothing more', async () => {
  const store = newStore()
  const seen: string[] = []
  store.watch('ConfigMap', { resourceVersion: '1' }, () => second.stop())
  const second = watch(store, '1', seen)
  store.create('ConfigMap', configMap('a'))
  await Promise.resolve()
  expect(seen).toEqual([])
})

test.each(['', '0'])('a watch from %j begins with what is there', async (resourceVersion) => {
  const store = newStore()
  store.create('ConfigMap', configMap('b'))
  store.create('ConfigMap', configMap('a'))
  store.patch('ConfigMap', { name: 'b' }, { data: { v: '2' } })
  const seen: string[] = []
  watch(store, resourceVersion, seen)
  store.delete('ConfigMap', { name: 'a' })
  await Promise.resolve()
  expect(seen).toEqual(['ADDED a', 'ADDED b', 'DELETED a'])
})

test('a watch that is opened after a write and from its version is not told of it', async () => {
  const store = newStore()
  const seen: string[] = []
  watch(store, '1', [])
  store.create('ConfigMap', configMap('a'))
  watch(store, store.list('ConfigMap').resourceVersion, seen)
  store.create('ConfigMap', configMap('b'))
  await Promise.resolve()
  expect(seen).toEqual(['ADDED b'])
})

test('a watch expires exactly when a change after its version is no longer kept', async () => {
  const store = newStore({ historyMax: 3 })
  // Versions: the namespace 1, then 2 to 6; the history holds 4 to 6.
  for (const each of ['a', 'b', 'c', 'd', 'e']) store.create('ConfigMap', configMap(each))
  const answers: Record<string, string[]> = { '1': [], '2': [], '3': [], '4': [], '6': [], '7': [] }
  for (const [version, seen] of Object.entries(answers)) watch(store, version, seen)
  await Promise.resolve()
  expect(answers).toEqual({
    '1': ['EXPIRED'],
    '2': ['EXPIRED'],
    '3': ['ADDED c', 'ADDED d', 'ADDED e'],
    '4': ['ADDED d', 'ADDED e'],
    '6': [],
    // What comes after the seventh has not come yet.
    '7': [],
  })
})

test('a change is kept for five minutes, and goes with the first one after that', async () => {
  const clock = newVirtualClock()
  const store = newStore({ clock })
  store.create('ConfigMap', configMap('a'))
  await clock.advance(300_000)
  store.create('ConfigMap', configMap('b'))
  const answers: Record<string, string[]> = { '1': [], '2': [] }
  watch(store, '1', answers['1'] ?? [])
  await clock.advance(1)
  store.create('ConfigMap', configMap('c'))
  watch(store, '1', answers['2'] ?? [])
  await Promise.resolve()
  expect(answers).toEqual({ '1': ['ADDED a', 'ADDED b', 'ADDED c'], '2': ['EXPIRED'] })
  // All but the newest are gone, and what comes after them is told.
  const seen: string[] = []
  await clock.advance(300_001)
  store.create('ConfigMap', configMap('d'))
  watch(store, '3', seen)
  watch(store, '4', seen)
  await Promise.resolve()
  expect(seen).toEqual(['EXPIRED', 'ADDED d'])
})

test('a state that is not the newest any more is told to who asks, after all watches', async () => {
  const store = newStore()
  const seen: string[] = []
  store.onPast(({ metadata }) => seen.push(`past ${metadata.name} ${metadata.resourceVersion}`))
  watch(store, '1', seen)
  store.create('ConfigMap', configMap('a'))
  store.patch('ConfigMap', { name: 'a' }, { data: { v: '2' } })
  store.delete('ConfigMap', { name: 'a' })
  await Promise.resolve()
  expect(seen).toEqual(['ADDED a', 'MODIFIED a', 'past a 2', 'DELETED a', 'past a 3', 'past a 4'])
})

test('an open watch expires, and ends, when more is written at once than is kept', async () => {
  const store = newStore({ historyMax: 3 })
  const seen: string[] = []
  watch(store, '1', seen)
  for (const each of ['a', 'b', 'c', 'd', 'e']) store.create('ConfigMap', configMap(each))
  await Promise.resolve()
  store.create('ConfigMap', configMap('f'))
  await Promise.resolve()
  expect(seen).toEqual(['EXPIRED'])
})

test('a version that is no number is refused', () => {
  expect(() => watch(newStore(), 'newest', [])).toThrow('Invalid value: "newest"')
})

test('a deletion that takes the matching label away with it is told', async () => {
  const store = newStore()
  const metadata = { name: 'a', labels: { app: 'x' }, finalizers: ['example.com/wait'] }
  store.create('ConfigMap', { ...configMap('a'), metadata })
  store.delete('ConfigMap', { name: 'a' })
  const seen: string[] = []
  const { resourceVersion } = store.list('ConfigMap')
  const labelSelector = { matchLabels: { app: 'x' } }
  store.watch('ConfigMap', { resourceVersion, labelSelector }, (event) =>
    seen.push(describeEvent(event)),
  )
  store.patch('ConfigMap', { name: 'a' }, { metadata: { labels: null, finalizers: null } })
  await Promise.resolve()
  expect(seen).toEqual(['DELETED a'])
})

function newStore(options: Partial<StoreOptions> = {}): Store {
  return new Store({ clock: newVirtualClock(), random: seededRandom(7), ...options })
}

function watch(store: Store, resourceVersion: string, seen: string[]) {
  return store.watch('ConfigMap', { resourceVersion }, (event) => seen.push(describeEvent(event)))
}

function describeEvent(event: StoreEvent<'ConfigMap'>): string {
  return event.type === 'EXPIRED' ? event.type : `${event.type} ${event.object.metadata.name}`
}

function configMap(name: string): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }
}
