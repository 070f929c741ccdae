import { describe, expect, test } from 'vitest'
import { ApiError } from '../../api/api-error.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startHeartbeat } from './node-lease.ts'
import { awaitNodeName } from '../node-holder.ts'
import type { NodeNotice } from '../node-notice.ts'
import { registerNode, reportNode } from './node-object.ts'

async function startBeating({ holder }: { readonly holder?: string } = {}) {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const metadata = { name: 'kube-node-lease' }
  await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
  const description = { name: 'a', ip: '127.0.0.1', capacity: { cpus: 2, memoryBytes: 2 ** 30 } }
  await registerNode(client, clock, description)
  const notices: NodeNotice[] = []
  let isAway = false
  const away = () => {
    if (isAway) throw new ApiError('ServiceUnavailable', 'no answer')
  }
  const heartbeat = await startHeartbeat({
    client: { ...client, get: async (...args) => (away(), client.get(...args)) },
    clock,
    nodeName: 'a',
    register: () => registerNode(client, clock, description),
    report: () => reportNode(client, clock, description),
    onNotice: (notice) => notices.push(notice),
    ...(holder === undefined ? {} : { holder }),
  })
  const ready = async () => {
    const { status } = await client.get('Node', { name: 'a' })
    return status?.conditions?.find(({ type }) => type === 'Ready')
  }
  const lease = async () =>
    client.get('Lease', { ...metadata, namespace: metadata.name, name: 'a' })
  const setAway = (value: boolean) => void (isAway = value)
  return { clock, client, heartbeat, ready, lease, notices, setAway }
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
  expect(status?.allocatable).toEqual({
    cpu: '2',
    memory: '1Gi',
    'ephemeral-storage': '1Ti',
    pods: '110',
  })
  expect(status?.conditions?.map(({ type }) => type)).toEqual([
    'Ready',
    'MemoryPressure',
    'DiskPressure',
    'PIDPressure',
  ])
  await heartbeat.stop()
})

test('a Node that was deleted is there again at the next beat, with its Lease, and that is told', async () => {
  const { clock, client, heartbeat, ready, lease, notices } = await startBeating()
  await client.delete('Node', { name: 'a' })
  await clock.advance(10_000)
  expect(await ready()).toMatchObject({ status: 'True' })
  expect((await lease()).spec?.renewTime).toBe('2026-01-01T00:00:10.000000Z')
  expect(notices).toEqual([{ kind: 'registered-again' }])
  await heartbeat.stop()
})

test('a silence of the API server is told once when it lasts, and its end', async () => {
  const { clock, heartbeat, notices, setAway } = await startBeating()
  setAway(true)
  await clock.advance(13_000)
  expect(notices).toEqual([])
  await clock.advance(20_000)
  expect(notices).toEqual([{ kind: 'unreachable', why: 'no answer' }])
  setAway(false)
  await clock.advance(2_000)
  expect(notices.slice(1)).toEqual([{ kind: 'reachable' }])
  await heartbeat.stop()
})

test('a short silence is not told', async () => {
  const { clock, heartbeat, notices, setAway } = await startBeating()
  setAway(true)
  await clock.advance(13_000)
  setAway(false)
  await clock.advance(20_000)
  expect(notices).toEqual([])
  await heartbeat.stop()
})

const claim = (holder: string) => ({ name: 'a', holder })

describe('a name that another run has', () => {
  test('is refused when that run renews its Lease', async () => {
    const { clock, client, heartbeat } = await startBeating({ holder: 'first' })
    const waits: number[] = []
    const answer = awaitNodeName({ client, clock }, claim('second'), (ms) => waits.push(ms))
    await clock.advance(11_000)
    expect(await answer).toBe('taken')
    expect(waits).toEqual([40_000])
    await heartbeat.stop()
  })

  test('is free when that run was killed and its Lease has ended', async () => {
    const { clock, client, heartbeat } = await startBeating({ holder: 'first' })
    await heartbeat.stop()
    await clock.advance(15_000)
    const waits: number[] = []
    const answer = awaitNodeName({ client, clock }, claim('second'), (ms) => waits.push(ms))
    await clock.advance(26_000)
    expect(await answer).toBe('free')
    expect(waits).toEqual([25_000])
    expect(clock.timerCount).toBe(0)
  })

  test.each([
    ['when it goes on for that run', 'first', async () => undefined],
    ['when that run has left', 'second', (leave: () => Promise<void>) => leave()],
  ])('is free at once %s', async (_, holder, after) => {
    const { clock, client, heartbeat } = await startBeating({ holder: 'first' })
    await heartbeat.stop()
    await after(() => heartbeat.release())
    const answer = awaitNodeName({ client, clock }, claim(holder), () => expect.unreachable())
    expect(await answer).toBe('free')
  })

  test('is waited for no longer than until an interruption', async () => {
    const { clock, client, heartbeat } = await startBeating({ holder: 'first' })
    const interruption = new AbortController()
    const waiting = { ...claim('second'), signal: interruption.signal }
    const answer = awaitNodeName({ client, clock }, waiting, () => undefined)
    await clock.advance(1_500)
    interruption.abort()
    expect(await answer).toBe('interrupted')
    await heartbeat.stop()
    expect(clock.timerCount).toBe(0)
  })

  test('is lost to a run that takes it nevertheless', async () => {
    const { clock, client, heartbeat, notices, lease } = await startBeating({ holder: 'first' })
    const other = { metadata: { annotations: { 'hitless/holder': 'second' } } }
    await client.patch('Lease', { name: 'a', namespace: 'kube-node-lease' }, other)
    await clock.advance(60_000)
    expect(notices).toEqual([{ kind: 'taken' }])
    expect((await lease()).spec?.renewTime).toBe('2026-01-01T00:00:00.000000Z')
    await heartbeat.stop()
    await heartbeat.release()
    expect((await lease()).spec?.holderIdentity).toBe('a')
    expect(clock.timerCount).toBe(0)
  })
})
