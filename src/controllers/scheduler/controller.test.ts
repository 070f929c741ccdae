import { expect, test } from 'vitest'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startCaches, type Caches } from '../caches.ts'
import { startControllers } from '../controllers.ts'
import { newDeployment, podOf } from '../testing/objects.ts'
import { startScheduler } from './controller.ts'

test('pods wait for a ready node and are then spread evenly', async () => {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const controllers = await startControllers({ client, clock })
  await client.create('Deployment', newDeployment({ replicas: 6 }))
  await clock.advance(1_000)
  const events = (await client.list('Event')).items.filter(
    ({ reason }) => reason === 'FailedScheduling',
  )
  expect(events).toHaveLength(6)
  expect(events[0]).toMatchObject({
    type: 'Warning',
    message: 'no nodes available to schedule pods',
    reportingComponent: 'default-scheduler',
  })
  for (const name of ['a', 'b']) {
    const conditions = [{ type: 'Ready', status: 'False' as const }]
    await client.create('Node', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      status: { conditions },
    })
  }
  await clock.advance(1_000)
  for (const name of ['a', 'b']) {
    const status = { conditions: [{ type: 'Ready', status: 'True' }] }
    await client.patch('Node', { name }, { status }, { subresource: 'status' })
  }
  await clock.advance(1_000)
  const pods = (await client.list('Pod')).items
  const on = (name: string) => pods.filter(({ spec }) => spec.nodeName === name)
  expect([on('a').length, on('b').length]).toEqual([3, 3])
  for (const { status } of pods) {
    expect(status?.conditions).toEqual([
      { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:02Z' },
    ])
  }
  await controllers.stop()
})

/** A scheduler whose passes are counted, beside one node with room for two pods. */
async function startCounted() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  await client.create('Node', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'a' },
    status: {
      allocatable: { cpu: '2', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' }],
    },
  })
  const caches = await startCaches(client, clock, new Set(['Pod', 'Node']))
  let passes = 0
  const nodes = caches.of('Node')
  const countedNodes = { ...nodes, onChange: nodes.onChange.bind(nodes), list: countedList }
  function countedList() {
    passes += 1
    return nodes.list()
  }
  const counted: Caches = {
    ...caches,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the cache of nodes, asked for nodes
    of: ((kind) => (kind === 'Node' ? countedNodes : caches.of(kind))) as Caches['of'],
  }
  const scheduler = startScheduler({
    client,
    clock,
    caches: counted,
    authority: undefined,
    eventOptions: {},
  })
  const create = (name: string, spec: object = {}) =>
    client.create(
      'Pod',
      podOf(name, {
        spec: {
          nodeName: undefined,
          containers: [{ name: 'c', image: 'c', resources: { requests: { cpu: '1' } } }],
          ...spec,
        },
        status: {},
      }),
    )
  for (let index = 0; index < 12; index++) await create(`pod-${10 + index}`)
  await clock.advance(1_000)
  return {
    client,
    clock,
    create,
    passesDuring: async (act: () => Promise<unknown>) => {
      const before = passes
      await act()
      await clock.advance(1_000)
      return passes - before
    },
    stop: async () => {
      caches.stop()
      await scheduler.stop()
    },
  }
}

test('pods that fit nowhere are looked at again when that may have changed, and not at a heartbeat', async () => {
  const { client, create, passesDuring, stop } = await startCounted()
  const heartbeat = () => {
    const conditions = [
      { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:05:00Z' },
    ]
    return client.patch(
      'Node',
      { name: 'a' },
      { status: { conditions } },
      { subresource: 'status' },
    )
  }
  const pod = { namespace: 'default', name: 'pod-10' }
  const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } }
  expect(await passesDuring(heartbeat)).toBe(0)
  expect(await passesDuring(() => client.patch('Pod', pod, ready, { subresource: 'status' }))).toBe(
    0,
  )
  // The new one alone; the ten that wait are not.
  expect(await passesDuring(() => create('small'))).toBe(1)
  expect(await passesDuring(() => client.delete('Pod', pod, { gracePeriodSeconds: 0 }))).toBe(11)
  const labelled = () => client.patch('Node', { name: 'a' }, { metadata: { labels: { a: 'b' } } })
  expect(await passesDuring(labelled)).toBe(10)
  await stop()
})

test('a pod that looks for company is looked at again when another one is placed', async () => {
  const { create, passesDuring, stop } = await startCounted()
  const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { a: 'b' } } }
  const podAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] }
  await passesDuring(() => create('company', { affinity: { podAffinity } }))
  // Eleven wait; a pod that came to the node by itself concerns one of them.
  expect(await passesDuring(() => create('came', { nodeName: 'a' }))).toBe(1)
  await stop()
})
