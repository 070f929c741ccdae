import { expect, test } from 'vitest'
import type { Client } from '../client/client.ts'
import { getIfThere } from '../client/get-if-there.ts'
import { inProcessClient } from '../client/in-process-client.ts'
import { Store } from '../store/store.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { keepBootstrapObjects } from './bootstrap.ts'

const SERVICE = { namespace: 'default', name: 'kubernetes' }

async function start() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const { stop, announce } = await keepBootstrapObjects({ client, clock }, 6443)
  return { clock, client, stop, announce }
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

async function endpoints({ client }: { readonly client: Client }) {
  const slice = await getIfThere(client, 'EndpointSlice', SERVICE)
  const older = await getIfThere(client, 'Endpoints', SERVICE)
  return [
    slice?.endpoints.flatMap(({ addresses }) => addresses).concat(`${slice.ports?.[0]?.port}`),
    older?.subsets?.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)),
  ]
}

const NOWHERE = [undefined, undefined]

test('the Service kubernetes leads to where the API server is, and is led there again', async () => {
  const cluster = await start()
  const { clock, client, announce, stop } = cluster
  expect(await endpoints(cluster)).toEqual(NOWHERE)
  await announce({ host: '10.244.0.1', port: 6443 })
  const there = [['10.244.0.1', '6443'], ['10.244.0.1']]
  expect(await endpoints(cluster)).toEqual(there)
  await client.delete('EndpointSlice', SERVICE)
  await client.delete('Endpoints', SERVICE)
  await clock.advance(10_000)
  expect(await endpoints(cluster)).toEqual(there)
  const { resourceVersion } = await client.list('EndpointSlice')
  await clock.advance(60_000)
  expect((await client.list('EndpointSlice')).resourceVersion).toBe(resourceVersion)
  await stop()
})

test('an endpoint of an earlier run is replaced, or goes', async () => {
  const cluster = await start()
  const { announce, stop } = cluster
  await announce({ host: '10.244.0.1', port: 6443 })
  await announce({ host: '10.244.0.1', port: 7443 })
  expect(await endpoints(cluster)).toEqual([['10.244.0.1', '7443'], ['10.244.0.1']])
  await announce(undefined)
  expect(await endpoints(cluster)).toEqual(NOWHERE)
  await stop()
})

test('a Service that has the address of the DNS keeps it', async () => {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  await client.create('Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'mine', namespace: 'default' },
    spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] },
  })
  const { stop } = await keepBootstrapObjects({ client, clock }, 6443)
  const key = { namespace: 'kube-system', name: 'kube-dns' }
  expect(await getIfThere(client, 'Service', key)).toBeUndefined()
  await stop()
})
