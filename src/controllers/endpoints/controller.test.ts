import { expect, test } from 'vitest'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { podOf, readyStatus, serviceOf } from '../testing/objects.ts'

test('Endpoints come with their Service, follow its pods and go with it', async () => {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const leftover = { name: 'old', namespace: 'default' }
  await client.create('Endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata: leftover })
  const controllers = await startControllers({ client, clock, only: ['endpoints'] })
  const { uid: _uid, ...metadata } = serviceOf().metadata
  const { clusterIP: _address, ...spec } = serviceOf().spec
  await client.create('Service', { ...serviceOf(), metadata, spec })
  await clock.advance(1_000)
  const names = async () =>
    (await client.list('Endpoints')).items.map(({ metadata: { name } }) => name)
  expect(await names()).toEqual(['web'])

  const { uid: _podUid, ...podMetadata } = podOf('a', {}).metadata
  const pod = await client.create('Pod', { ...podOf('', {}), metadata: podMetadata })
  const status = { ...readyStatus('10.0.0.1'), podIPs: [{ ip: '10.0.0.1' }] }
  await client.patch('Pod', pod.metadata, { status }, { subresource: 'status' })
  await clock.advance(1_000)
  const { subsets = [] } = await client.get('Endpoints', serviceOf().metadata)
  expect(subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip))).toEqual([
    '10.0.0.1',
  ])

  await client.delete('Service', metadata)
  await clock.advance(1_000)
  expect(await names()).toEqual([])
  await controllers.stop()
})
