import { expect, test } from 'vitest'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'

test('Endpoints made by hand are mirrored while their Service has no selector, and go with them', async () => {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const controllers = await startControllers({
    client,
    clock,
    only: ['endpointslicemirroring', 'endpointslice', 'gc'],
  })
  const metadata = { name: 'hand', namespace: 'default' }
  const ports = [{ name: 'http', port: 8080, protocol: 'TCP' as const }]
  await client.create('Endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets: [{ addresses: [{ ip: '10.1.0.1' }], ports }],
  })
  const slices = async () => {
    await clock.advance(1_000)
    const { items } = await client.list('EndpointSlice')
    return items.map(({ endpoints }) => endpoints.map(({ addresses }) => addresses.join()).join())
  }
  expect(await slices()).toEqual([])
  await client.create('Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ports: [{ name: 'http', port: 80 }] },
  })
  expect(await slices()).toEqual(['10.1.0.1'])
  const subsets = [{ addresses: [{ ip: '10.1.0.2' }, { ip: '10.1.0.1' }], ports }]
  await client.patch('Endpoints', metadata, { subsets })
  expect(await slices()).toEqual(['10.1.0.1,10.1.0.2'])
  await client.delete('Endpoints', metadata)
  expect(await slices()).toEqual([])
  await controllers.stop()
  expect(clock.timerCount).toBe(0)
})
