import { expect, test } from 'vitest'
import type { Node } from '../api/core.ts'
import { inProcessClient } from '../client/in-process-client.ts'
import { Store } from '../store/store.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { takePodCidr } from './take-pod-cidr.ts'

const CHOSEN = 'hitless/pod-cidr'

function newCluster() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const add = async (name: string, spec: Node['spec'] = {}) =>
    client.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec })
  const take = async (name: string, forMs: number) => {
    const taking = takePodCidr({ client, clock }, { name, taints: [TAINT] })
    taking.catch(() => undefined)
    await clock.advance(forMs)
    return taking
  }
  const find = async (name: string) => client.get('Node', { name })
  return { clock, client, add, take, find }
}

const TAINT = { key: 'hitless', value: 'only', effect: 'NoSchedule' } as const

test('a node is registered, not ready yet, until its cluster has given it a range', async () => {
  const { clock, client, find } = newCluster()
  const taking = takePodCidr({ client, clock }, { name: 'desk', taints: [TAINT] })
  await clock.advance(100)
  const { spec, status } = await find('desk')
  expect(spec?.taints).toEqual([TAINT])
  expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'False' }])
  await client.patch('Node', { name: 'desk' }, { spec: { podCIDR: '10.42.3.0/24' } })
  await clock.advance(500)
  expect(await taking).toEqual({ cidr: '10.42.3.0/24', isChosen: false })
  expect(clock.timerCount).toBe(0)
})

test('a node that has a range keeps it', async () => {
  const { add, take } = newCluster()
  await add('desk', { podCIDRs: ['fd00::/64', '10.42.3.0/24'] })
  expect(await take('desk', 0)).toEqual({ cidr: '10.42.3.0/24', isChosen: false })
})

test.each([
  ['waits 2 s for one', {}, 1_900, 2_600],
  ['waits 10 s where others have one', { podCIDR: '10.244.0.0/24' }, 9_400, 10_600],
])('a node that is given no range %s, and chooses', async (_title, spec, beforeMs, afterMs) => {
  const { add, client, find, clock } = newCluster()
  await add('other', spec)
  const taking = takePodCidr({ client, clock }, { name: 'desk' })
  await clock.advance(beforeMs)
  expect((await find('desk')).metadata.annotations?.[CHOSEN]).toBeUndefined()
  await clock.advance(afterMs - beforeMs)
  const { cidr, isChosen } = await taking
  expect(isChosen).toBe(true)
  expect(cidr).toMatch(/^10\.244\.\d+\.0\/24$/)
  const { metadata, spec: own } = await find('desk')
  expect(metadata.annotations?.[CHOSEN]).toBe(cidr)
  // A range that is not of the cluster's own would keep kube-controller-manager from starting.
  expect(own?.podCIDR).toBeUndefined()
})

test('the choice is the same the next time, and no other node has it', async () => {
  const { client, take, clock } = newCluster()
  const first = await take('desk', 3_000)
  expect(await take('desk', 0)).toEqual(first)
  await client.delete('Node', { name: 'desk' })
  expect(await take('desk', 3_000)).toEqual(first)
  // The names' sums are equal: both begin with one range.
  const pair = Promise.all(['ar', 'c4'].map((name) => takePodCidr({ client, clock }, { name })))
  await clock.advance(10_000)
  const cidrs = (await pair).map(({ cidr }) => cidr)
  expect(new Set([...cidrs, first.cidr]).size).toBe(3)
})

test('with all ranges in use there is none to choose', async () => {
  const { add, take } = newCluster()
  await add('all', { podCIDR: '10.0.0.0/8' })
  await expect(take('desk', 11_000)).rejects.toMatchObject({ code: 'no-pod-cidr', exitCode: 3 })
})
