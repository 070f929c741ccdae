import { expect, test } from 'vitest'
import type { Node } from '../../api/core.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'

async function startCluster() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const start = () => startControllers({ client, clock, only: ['nodeipam'] })
  const join = async (name: string, spec: Node['spec'] = {}) =>
    client.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec })
  const ranges = async () => {
    await clock.advance(1_000)
    const { items } = await client.list('Node')
    return Object.fromEntries(items.map(({ metadata, spec }) => [metadata.name, spec?.podCIDRs]))
  }
  return { clock, client, start, join, ranges }
}

test('every node gets a range of its own, in the order in which they come', async () => {
  const { client, start, join, ranges } = await startCluster()
  const controllers = await start()
  for (const name of ['b', 'a', 'c']) await join(name)
  const given = { b: ['10.244.0.0/24'], a: ['10.244.1.0/24'], c: ['10.244.2.0/24'] }
  expect(await ranges()).toEqual(given)
  expect((await client.get('Node', { name: 'a' })).spec?.podCIDR).toBe('10.244.1.0/24')
  await controllers.stop()
})

test('a range that was given back rests, and one that a node brings is left', async () => {
  const { client, start, join, ranges } = await startCluster()
  const controllers = await start()
  await join('a')
  await join('b', { podCIDR: '10.244.2.0/24' })
  await ranges()
  await client.delete('Node', { name: 'a' })
  await join('c')
  await join('d')
  const given = { b: ['10.244.2.0/24'], c: ['10.244.1.0/24'], d: ['10.244.3.0/24'] }
  expect(await ranges()).toEqual(given)
  await controllers.stop()
})

test('after a restart nodes keep their ranges, and pods of before their addresses', async () => {
  const { client, start, join, ranges } = await startCluster()
  await join('kept', { podCIDR: '10.244.0.0/24' })
  await join('old')
  const metadata = { name: 'pod', namespace: 'default' }
  const spec = { nodeName: 'old', containers: [{ name: 'c', image: 'i' }] }
  await client.create('Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec })
  const status = { phase: 'Running' as const, podIP: '10.244.1.9' }
  await client.patch('Pod', metadata, { status }, { subresource: 'status' })
  await join('new')
  const controllers = await start()
  const { new: fresh, ...others } = await ranges()
  expect(others).toEqual({ kept: ['10.244.0.0/24'], old: [expect.any(String)] })
  expect(fresh).not.toEqual(['10.244.1.0/24'])
  expect(new Set([...(others['old'] ?? []), ...(fresh ?? []), '10.244.0.0/24']).size).toBe(3)
  await controllers.stop()
})

test('a node beyond the last range is told so, and gets the next that is free', async () => {
  const { clock, client, start, join, ranges } = await startCluster()
  await join('all', { podCIDR: '10.244.0.0/16' })
  const controllers = await start()
  await join('late')
  expect(await ranges()).toEqual({ all: ['10.244.0.0/16'], late: undefined })
  const { items } = await client.list('Event')
  expect(items.map(({ message }) => message)).toEqual(['Node late status is now: CIDRNotAvailable'])
  await client.delete('Node', { name: 'all' })
  await clock.advance(10_000)
  expect(await ranges()).toEqual({ late: ['10.244.0.0/24'] })
  await controllers.stop()
})
