import { expect, test } from 'vitest'
import { inProcessClient } from '../client/in-process-client.ts'
import { Store } from '../store/store.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { requireLivingOwner } from './living-owner.ts'
import { newDeployment } from './testing/objects.ts'

const NAME = { namespace: 'default', name: 'web' }

async function start() {
  const client = inProcessClient(new Store({ clock: newVirtualClock(), random: seededRandom(1) }))
  return { client, owner: await client.create('Deployment', newDeployment()) }
}

test('an owner that is there may adopt', async () => {
  const { client, owner } = await start()
  await expect(requireLivingOwner(client, owner)).resolves.toBeUndefined()
})

test('an owner that is being deleted may not, though the cache shows it alive', async () => {
  const { client, owner } = await start()
  await client.delete('Deployment', NAME, { propagationPolicy: 'Foreground' })
  await expect(requireLivingOwner(client, owner)).rejects.toMatchObject({ reason: 'Conflict' })
})

test('an owner that was replaced by another of its name may not', async () => {
  const { client, owner } = await start()
  await client.delete('Deployment', NAME)
  await client.create('Deployment', newDeployment())
  await expect(requireLivingOwner(client, owner)).rejects.toMatchObject({ reason: 'Conflict' })
})
