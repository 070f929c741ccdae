import { expect, test } from 'vitest'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { podOf } from '../testing/objects.ts'

test('the pods of a deleted node fail, for that reason, and go; those of others stay', async () => {
  const clock = newVirtualClock()
  const store = new Store({ clock, random: seededRandom(1) })
  const client = inProcessClient(store)
  const controllers = await startControllers({ client, clock, only: ['podgc'] })
  for (const name of ['a', 'b']) {
    await client.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name } })
    const { uid: _uid, ...metadata } = podOf(`on-${name}`, {}).metadata
    const { spec } = podOf('', { spec: { nodeName: name } })
    await client.create('Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec })
  }
  await clock.advance(1_000)
  const seen: unknown[] = []
  store.watch('Pod', { resourceVersion: store.list('Pod').resourceVersion }, (event) => {
    if (!('object' in event)) return
    const { metadata, status } = event.object
    seen.push([event.type, metadata.name, status?.phase, status?.conditions])
  })
  await client.delete('Node', { name: 'a' })
  await clock.advance(58_000)
  expect(seen).toEqual([])
  await clock.advance(20_000)
  const conditions = [
    {
      type: 'DisruptionTarget',
      observedGeneration: 1,
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastTransitionTime: '2026-01-01T00:01:00Z',
    },
  ]
  expect([seen[0], seen.at(-1)]).toEqual([
    ['MODIFIED', 'on-a', 'Failed', conditions],
    ['DELETED', 'on-a', 'Failed', conditions],
  ])
  expect((await client.list('Pod')).items.map(({ metadata }) => metadata.name)).toEqual(['on-b'])
  await controllers.stop()
  expect(clock.timerCount).toBe(0)
})
