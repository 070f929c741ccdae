import { expect, test } from 'vitest'
import { inProcessClient } from '../client/in-process-client.ts'
import { Store } from '../store/store.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { startHeartbeat } from './node-lease.ts'
import { registerNode, reportNode } from './node-object.ts'

async function startBeating() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const metadata = { name: 'kube-node-lease' }
  await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
  const description = { name: 'a', ip: '127.0.0.1', capacity: { cpus: 2, memoryBytes: 2 ** 30 } }
  await registerNode(client, clock, description)
  const report = () => reportNode(client, clock, description)
  const heartbeat = await startHeartbeat({ client, clock }, 'a', report)
  const ready = async () => {
    const { status } = await client.get('Node', { name: 'a' })
    return status?.conditions?.find(({ type }) => type === 'Ready')
  }
  const lease = async () =>
    client.get('Lease', { ...metadata, namespace: metadata.name, name: 'a' })
  return { clock, client, heartbeat, ready, lease }
}

test('the Lease is renewed every ten seconds, the status every five minutes', async () => {
  const { clock, heartbeat, ready, lease } = await startBeating()
  expect((await lease()).spec).toEqual({
    holderIdentity: 'a',
    leaseDurationSeconds: 40,
    renewTime: '2026-01-01T00:00:00.000000Z',
  })
  expect((await ready())?.lastHeartbeatTime).toBe('2026-01-01T00:00:00Z')
  await clock.advance(25_000)
  expect((await lease()).spec?.renewTime).toBe('2026-01-01T00:00:20.000000Z')
  expect((await ready())?.lastHeartbeatTime).toBe('2026-01-01T00:00:00Z')
  await clock.advance(280_000)
  expect(await ready()).toMatchObject({
    lastHeartbeatTime: '2026-01-01T00:05:00Z',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  })
  await heartbeat.stop()
  expect(clock.timerCount).toBe(0)
})

test('a node that was given up says at the next beat that it is well', async () => {
  const { clock, client, heartbeat, ready } = await startBeating()
  const conditions = [{ type: 'Ready', status: 'Unknown' as const }]
  await client.patch('Node', { name: 'a' }, { status: { conditions } }, { subresource: 'status' })
  await clock.advance(10_000)
  expect(await ready()).toMatchObject({
    status: 'True',
    lastTransitionTime: '2026-01-01T00:00:10Z',
  })
  await heartbeat.stop()
})

test('a node says what it has', async () => {
  const { client, heartbeat } = await startBeating()
  const { status } = await client.get('Node', { name: 'a' })
  expect(status?.allocatable).toEqual({ cpu: '2', memory: '1Gi', pods: '110' })
  expect(status?.conditions?.map(({ type }) => type)).toEqual([
    'Ready',
    'MemoryPressure',
    'DiskPressure',
    'PIDPressure',
  ])
  await heartbeat.stop()
})
