import { expect, test } from 'vitest'
import { ApiError } from '../../api/api-error.ts'
import type { Client, WatchEvent } from '../../client/client.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { newDeployment, replicaSetOf } from '../testing/objects.ts'

function newReplicaSet(size: number) {
  const { status: _status, metadata, ...rest } = replicaSetOf(0, size)
  const { name, labels = {} } = metadata
  return { ...rest, metadata: { name, namespace: 'default', labels } }
}

test('a cache that lags behind makes no pod twice', async () => {
  const clock = newVirtualClock()
  const direct = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const late: Client = {
    ...direct,
    watch(kind, options, onEvent) {
      return direct.watch(kind, options, (event: WatchEvent<typeof kind>) => {
        clock.after(kind === 'Pod' ? 700 : 0, () => onEvent(event))
      })
    },
  }
  const controllers = await startControllers({ client: late, clock, only: ['replicaset'] })
  await direct.create('ReplicaSet', newReplicaSet(5))
  const most: number[] = []
  for (let step = 0; step < 30; step++) {
    // Changes that wake the controller while it does not see its own pods yet.
    const patch = { metadata: { annotations: { step: String(step) } } }
    await direct.patch('ReplicaSet', { namespace: 'default', name: 'web-0' }, patch)
    await clock.advance(100)
    most.push((await direct.list('Pod')).items.length)
  }
  expect(Math.max(...most)).toBe(5)
  await controllers.stop()
})

test('refused pods are tried one at a time, reported, and made once the reason is gone', async () => {
  const clock = newVirtualClock()
  const direct = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  let attempts = 0
  let refuse = true
  const strict: Client = {
    ...direct,
    async create(kind, object) {
      if (kind !== 'Pod') return direct.create(kind, object)
      attempts += 1
      if (refuse) throw new ApiError('Forbidden', 'exceeded quota')
      return direct.create(kind, object)
    },
  }
  const controllers = await startControllers({ client: strict, clock })
  await direct.create('Deployment', newDeployment({ replicas: 8 }))
  await clock.advance(0)
  // One for each pass, and the status of the first pass causes a second.
  expect(attempts).toBe(2)
  const { status } = await direct.get('Deployment', { namespace: 'default', name: 'web' })
  expect(status?.conditions?.find(({ type }) => type === 'ReplicaFailure')).toMatchObject({
    status: 'True',
    reason: 'FailedCreate',
    message: 'exceeded quota',
  })
  const messages = (await direct.list('Event')).items.map(({ message }) => message)
  expect(messages).toContain('Error creating: exceeded quota')
  refuse = false
  await clock.advance(60_000)
  expect((await direct.list('Pod')).items).toHaveLength(8)
  const later = await direct.get('Deployment', { namespace: 'default', name: 'web' })
  expect(later.status?.conditions?.some(({ type }) => type === 'ReplicaFailure')).toBe(false)
  await controllers.stop()
})
