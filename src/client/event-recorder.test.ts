import { expect, test } from 'vitest'
import type { ConfigMap } from '../api/core.ts'
import { Store } from '../store/store.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { newEventRecorder } from './event-recorder.ts'
import { inProcessClient } from './in-process-client.ts'

test('an event is stored beside its object, in the form that kubectl shows', async () => {
  const { store, client, clock, map } = newCluster()
  const recorder = newEventRecorder(client, clock, 'kubelet', { host: 'n' })
  const fieldPath = 'spec.containers{app}'
  recorder.event(map, 'Warning', 'BackOff', 'Back-off restarting', { fieldPath })
  await recorder.flush()
  const [event] = store.list('Event').items
  expect(event).toMatchObject({
    metadata: { namespace: 'default', name: expect.stringMatching(/^a\.[0-9a-f]{16}$/) },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: 'default',
      name: 'a',
      uid: map.metadata.uid,
      fieldPath,
    },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting',
    source: { component: 'kubelet', host: 'n' },
    reportingComponent: 'kubelet',
    count: 1,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
  })
})

test('an equal event raises the count and the last timestamp of the first one', async () => {
  const { store, client, clock, map } = newCluster()
  const recorder = newEventRecorder(client, clock, 'kubelet')
  for (let index = 0; index < 3; index++) {
    recorder.event(map, 'Normal', 'Pulled', 'again')
    await clock.advance(2_000)
  }
  recorder.event(map, 'Normal', 'Pulled', 'something else')
  await recorder.flush()
  const events = store.list('Event').items
  expect(
    events.map((event) => [event.message, event.count, event.firstTimestamp, event.lastTimestamp]),
  ).toEqual([
    ['again', 3, '2026-01-01T00:00:00Z', '2026-01-01T00:00:04Z'],
    ['something else', 1, '2026-01-01T00:00:06Z', '2026-01-01T00:00:06Z'],
  ])
})

test('a recorder with an instance writes the newer form, with a series in place of a count', async () => {
  const { store, client, clock, map } = newCluster()
  const recorder = newEventRecorder(client, clock, 'default-scheduler', { instance: 'one' })
  for (let index = 0; index < 2; index++) {
    recorder.event(map, 'Warning', 'FailedScheduling', 'no node', { action: 'Scheduling' })
    await clock.advance(2_000)
  }
  await recorder.flush()
  const { items } = store.list('Event')
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({
    involvedObject: { resourceVersion: map.metadata.resourceVersion },
    action: 'Scheduling',
    eventTime: '2026-01-01T00:00:00.000000Z',
    series: { count: 2, lastObservedTime: '2026-01-01T00:00:02.000000Z' },
    reportingComponent: 'default-scheduler',
    reportingInstance: 'one',
  })
  for (const field of ['count', 'source', 'firstTimestamp', 'lastTimestamp']) {
    expect(items[0]).not.toHaveProperty(field)
  }
})

test('an event that is gone from the server is told anew', async () => {
  const { store, client, clock, map } = newCluster()
  const recorder = newEventRecorder(client, clock, 'kubelet')
  recorder.event(map, 'Normal', 'Pulled', 'again')
  await recorder.flush()
  for (const { metadata } of store.list('Event').items) store.delete('Event', metadata)
  recorder.event(map, 'Normal', 'Pulled', 'again')
  await recorder.flush()
  expect(store.list('Event').items.map(({ count }) => count)).toEqual([1])
})

test('two components may tell of one object in the same instant', async () => {
  const { store, client, clock, map } = newCluster()
  const recorders = ['scheduler', 'kubelet'].map((each) => newEventRecorder(client, clock, each))
  for (const recorder of recorders) recorder.event(map, 'Normal', 'Told', 'the same')
  for (const recorder of recorders) await recorder.stop()
  expect(store.list('Event').items.length).toBe(2)
  expect(recorders.map(({ dropped }) => dropped)).toEqual([0, 0])
})

test('events of a cluster-scoped object are in the namespace default', async () => {
  const { store, client, clock } = newCluster()
  const metadata = { name: 'n' }
  const node = store.create('Node', { apiVersion: 'v1', kind: 'Node', metadata })
  const recorder = newEventRecorder(client, clock, 'kubelet')
  recorder.event(node, 'Normal', 'Starting', '')
  await recorder.stop()
  expect(store.list('Event').items[0]?.metadata.namespace).toBe('default')
})

test('more events than may wait are dropped and counted', async () => {
  const { store, client, clock, map } = newCluster()
  const recorder = newEventRecorder(client, clock, 'kubelet', { waitingMax: 3 })
  for (let index = 0; index < 10; index++) recorder.event(map, 'Normal', 'Told', `${index}`)
  await recorder.flush()
  // One was in hand already when the other three waited.
  expect([store.list('Event').items.length, recorder.dropped]).toEqual([4, 6])
})

test('of more events than are remembered, the least recent is not folded any more', async () => {
  const { store, client, clock, map } = newCluster()
  const recorder = newEventRecorder(client, clock, 'kubelet', { rememberedMax: 2 })
  for (const message of ['a', 'b', 'a', 'c', 'a', 'b']) {
    recorder.event(map, 'Normal', 'Told', message)
  }
  await recorder.flush()
  const counts = store.list('Event').items.map(({ message, count }) => `${message} ${count}`)
  expect(counts.toSorted()).toEqual(['a 3', 'b 1', 'b 1', 'c 1'])
})

test('a refused event is dropped, and the next one is stored', async () => {
  const { store, client, clock, map } = newCluster()
  const recorder = newEventRecorder(client, clock, 'kubelet')
  const elsewhere = { ...map, metadata: { ...map.metadata, namespace: 'nowhere' } }
  recorder.event(elsewhere, 'Normal', 'Told', 'refused')
  recorder.event(map, 'Normal', 'Told', 'stored')
  await recorder.stop()
  recorder.event(map, 'Normal', 'Told', 'after the stop')
  expect(store.list('Event').items.map(({ message }) => message)).toEqual(['stored'])
  expect(recorder.dropped).toBe(2)
})

function newCluster() {
  const clock = newVirtualClock()
  const store = new Store({ clock, random: seededRandom(7) })
  const map: ConfigMap = store.create('ConfigMap', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
  })
  return { clock, store, client: inProcessClient(store), map }
}
