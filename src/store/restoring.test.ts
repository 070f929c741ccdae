import { expect, test } from 'vitest'
import { MemoryJournal } from '../../tests/support/memory-journal.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

test('a second life has the objects of the first, with their versions and UIDs, and goes on counting', () => {
  const { journal, store, begin } = newLife()
  const kept = store.create('ConfigMap', configMap('a'))
  store.create('ConfigMap', configMap('b'))
  store.delete('ConfigMap', { name: 'b' })
  const second = begin(journal)
  expect(second.get('ConfigMap', { name: 'a' })).toEqual(kept)
  expect(second.list('ConfigMap').items).toHaveLength(1)
  expect(second.version).toBe(store.version)
  expect(second.create('ConfigMap', configMap('c')).metadata.resourceVersion).toBe('5')
})

test('the objects of an earlier life are frozen, and equal updates make no version', () => {
  const { journal, store, begin } = newLife()
  store.create('ConfigMap', { ...configMap('a'), data: { k: 'v' } })
  const second = begin(journal)
  const found = second.get('ConfigMap', { name: 'a' })
  expect([Object.isFrozen(found), Object.isFrozen(found.data)]).toEqual([true, true])
  expect(second.update('ConfigMap', { ...configMap('a'), data: { k: 'v' } })).toBe(found)
})

test('watches and lists of an earlier life have expired, those of its end have not', async () => {
  const { journal, store, begin } = newLife()
  store.create('ConfigMap', configMap('a'))
  const before = store.version
  store.create('ConfigMap', configMap('b'))
  const second = begin(journal)
  const seen: Record<string, string[]> = { [before]: [], [second.version]: [] }
  for (const [resourceVersion, events] of Object.entries(seen)) {
    second.watch('ConfigMap', { resourceVersion }, (event) => events.push(event.type))
  }
  expect(() => second.listAt('ConfigMap', {}, before)).toThrow('too old')
  expect(second.listAt('ConfigMap', {}, second.version).items).toHaveLength(2)
  second.create('ConfigMap', configMap('c'))
  await Promise.resolve()
  expect(Object.values(seen)).toEqual([['EXPIRED'], ['ADDED']])
})

test('addresses and ports that were given away are still taken', () => {
  const { journal, store, begin } = newLife()
  const spec = {
    type: 'NodePort',
    clusterIP: '10.96.0.77',
    ports: [{ port: 80, nodePort: 30_777 }],
  } as const
  const service = (name: string) =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }) as const
  store.create('Service', service('a'))
  const second = begin(journal)
  expect(() => second.create('Service', service('b'))).toThrow('provided IP is already allocated')
  expect(() =>
    second.create('Service', { ...service('b'), spec: { ...spec, clusterIP: '10.96.0.78' } }),
  ).toThrow('provided port is already allocated')
  second.delete('Service', { name: 'a' })
  expect(second.create('Service', service('b')).spec.clusterIP).toBe('10.96.0.77')
})

test('an Event of an earlier life is gone an hour after it came', async () => {
  const { journal, store, clock, begin } = newLife()
  store.create('Event', event('a'))
  await clock.advance(1_800_000)
  const second = begin(journal)
  await clock.advance(1_801_000)
  second.create('Event', event('b'))
  expect(second.list('Event').items.map(({ metadata }) => metadata.name)).toEqual(['b'])
})

test('a write that the disk refuses has not happened', async () => {
  const { journal, store } = newLife()
  const before = store.create('ConfigMap', configMap('a'))
  const { version } = store
  const seen: string[] = []
  store.watch('ConfigMap', { resourceVersion: version }, (event) => seen.push(event.type))
  journal.refusal = new Error('disk full')
  const answer = expect.objectContaining({ reason: 'InternalError', code: 500 })
  expect(() => store.create('ConfigMap', configMap('b'))).toThrow(answer)
  expect(() => store.patch('ConfigMap', { name: 'a' }, { data: { k: 'v' } })).toThrow('disk full')
  expect(() => store.delete('ConfigMap', { name: 'a' })).toThrow(answer)
  expect(() => store.create('Service', serviceOn('10.96.0.77'))).toThrow(answer)
  await Promise.resolve()
  expect([store.version, seen, store.list('ConfigMap').items]).toEqual([version, [], [before]])
  journal.refusal = undefined
  expect(store.create('Service', serviceOn('10.96.0.77')).spec.clusterIP).toBe('10.96.0.77')
  expect(store.create('ConfigMap', configMap('b')).metadata.resourceVersion).toBe('4')
})

test.each([
  ['Nothing/a', '{}'],
  ['ConfigMap/default/a', '{"apiVersion":"v1"'],
  ['ConfigMap/default/a', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}'],
  ['ConfigMap/default/a', 'null'],
])('a journal that says %s is %s is damaged', (key, value) => {
  const { journal, begin } = newLife()
  journal.values.set(key, value)
  expect(() => begin(journal)).toThrow(expect.objectContaining({ code: 'data-damaged' }))
})

function newLife() {
  const journal = new MemoryJournal()
  const clock = newVirtualClock()
  let seed = 0
  const begin = (journal: MemoryJournal) =>
    new Store({ clock, random: seededRandom((seed += 1)), journal })
  return { journal, clock, begin, store: begin(journal) }
}

function configMap(name: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } as const
}

function serviceOn(clusterIP: string) {
  const spec = { clusterIP, ports: [{ port: 80 }] }
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec } as const
}

function event(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name },
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
    reason: 'Told',
    message: 'told',
    type: 'Normal',
  } as const
}
