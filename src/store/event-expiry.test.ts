import { expect, test } from 'vitest'
import type { Event } from '../api/core.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

test('an Event is gone when one comes an hour later', async () => {
  const { store, clock } = newStore(100)
  store.create('Event', event('a'))
  await clock.advance(3_599_999)
  store.create('Event', event('b'))
  expect(namesIn(store)).toEqual(['a', 'b'])
  await clock.advance(1)
  store.create('Event', event('c'))
  expect(namesIn(store)).toEqual(['b', 'c'])
})

test('an Event is gone when anything else is written an hour later', async () => {
  const { store, clock } = newStore(100)
  store.create('Event', event('a'))
  await clock.advance(3_600_000)
  expect(namesIn(store)).toEqual(['a'])
  store.patch('Namespace', { name: 'default' }, { metadata: { labels: { a: 'b' } } })
  expect(namesIn(store)).toEqual([])
})

test('of more Events than are kept, the oldest go', () => {
  const { store } = newStore(3)
  for (const name of ['z', 'a', 'y', 'b', 'x']) store.create('Event', event(name))
  expect(namesIn(store)).toEqual(['b', 'x', 'y'])
})

test('an Event that was deleted and told anew has a time of its own', async () => {
  const { store, clock } = newStore(100)
  store.create('Event', event('a'))
  store.delete('Event', { name: 'a' })
  await clock.advance(1_800_000)
  store.create('Event', event('a'))
  await clock.advance(1_800_000)
  store.create('Event', event('b'))
  expect(namesIn(store)).toEqual(['a', 'b'])
})

test('an Event that is told again stays for another hour', async () => {
  const { store, clock } = newStore(10)
  store.create('Event', event('a'))
  await clock.advance(1_800_000)
  store.patch('Event', { name: 'a' }, { count: 2 })
  await clock.advance(1_800_000)
  store.create('Event', event('b'))
  expect(namesIn(store)).toEqual(['a', 'b'])
  await clock.advance(1_800_000)
  store.create('Event', event('c'))
  expect(namesIn(store)).toEqual(['b', 'c'])
})

function newStore(eventsMax: number) {
  const clock = newVirtualClock()
  return { clock, store: new Store({ clock, random: seededRandom(7), eventsMax }) }
}

function namesIn(store: Store): readonly string[] {
  return store.list('Event').items.map(({ metadata }) => metadata.name)
}

function event(name: string): Event {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name },
    involvedObject: { kind: 'Pod', name: 'p' },
    reason: 'Told',
    message: name,
    type: 'Normal',
  }
}
