import { expect, test } from 'vitest'
import { inProcessClient } from '../client/in-process-client.ts'
import { Store } from '../store/store.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { keepBootstrapObjects } from './bootstrap.ts'

const SERVICE = { namespace: 'default', name: 'kubernetes' }

async function start() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const stop = await keepBootstrapObjects({ client, clock }, 6443)
  return { clock, client, stop }
}

test('the Service kubernetes that somebody deletes is there again within ten seconds', async () => {
  const { clock, client, stop } = await start()
  const before = await client.get('Service', SERVICE)
  await client.delete('Service', SERVICE)
  await clock.advance(10_000)
  const after = await client.get('Service', SERVICE)
  expect(after.spec).toEqual(before.spec)
  expect(after.metadata.uid).not.toBe(before.metadata.uid)
  await stop()
  expect(clock.timerCount).toBe(0)
})

test('what is there is left as it is', async () => {
  const { clock, client, stop } = await start()
  const { resourceVersion } = await client.list('Service')
  await clock.advance(60_000)
  expect((await client.list('Service')).resourceVersion).toBe(resourceVersion)
  await stop()
})
