import { expect, test } from 'vitest'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { newDeployment } from '../testing/objects.ts'

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
    source: { component: 'default-scheduler' },
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
