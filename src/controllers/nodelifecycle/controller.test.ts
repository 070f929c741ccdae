import { expect, test } from 'vitest'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { podOf } from '../testing/objects.ts'

const TOLERATIONS = ['not-ready', 'unreachable'].map((name) => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists' as const,
  effect: 'NoExecute',
  tolerationSeconds: 300,
}))

/** Two ready nodes, each with a ready pod. */
async function newCluster() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const leases = { name: 'kube-node-lease' }
  await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: leases })
  for (const name of ['a', 'b']) {
    const conditions = [{ type: 'Ready', status: 'True' as const }]
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      status: { conditions },
    } as const
    await client.create('Node', node)
    const { uid: _uid, ...metadata } = podOf(`pod-${name}`, {}).metadata
    const spec = { ...podOf('', {}).spec, nodeName: name, tolerations: TOLERATIONS }
    await client.create('Pod', { ...podOf('', {}), metadata, spec })
    const ready = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }]
    const status = { phase: 'Running', conditions: ready }
    await client.patch('Pod', metadata, { status }, { subresource: 'status' })
  }
  return { clock, client }
}

test('the pods of a node that falls silent are not ready after 50 s and have to go 300 s later', async () => {
  const { clock, client } = await newCluster()
  const controllers = await startControllers({
    client,
    clock,
    only: ['nodelifecycle', 'tainteviction'],
  })
  /** Only b renews its Lease. */
  const pass = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 10) {
      const name = { name: 'b', namespace: 'kube-node-lease' }
      const renewTime = new Date(clock.wallMs()).toISOString().replace('Z', '000Z')
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: name } as const
      if (clock.wallMs() === START_MS)
        await client.create('Lease', { ...lease, spec: { renewTime } })
      else await client.patch('Lease', name, { spec: { renewTime } })
      await clock.advance(10_000)
    }
  }
  const stateOf = async (name: string) => {
    const pod = await client.get('Pod', { namespace: 'default', name: `pod-${name}` })
    const node = await client.get('Node', { name })
    return {
      node: node.status?.conditions?.[0]?.status,
      taints: (node.spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).toSorted(),
      pod: pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status,
      isGoing: pod.metadata.deletionTimestamp !== undefined,
    }
  }
  const START_MS = clock.wallMs()
  await pass(60)
  expect(await stateOf('a')).toEqual({
    node: 'Unknown',
    taints: [
      'node.kubernetes.io/unreachable:NoExecute',
      'node.kubernetes.io/unreachable:NoSchedule',
    ],
    pod: 'False',
    isGoing: false,
  })
  expect(await stateOf('b')).toEqual({ node: 'True', taints: [], pod: 'True', isGoing: false })
  await pass(310)
  expect((await stateOf('a')).isGoing).toBe(true)
  expect((await stateOf('b')).isGoing).toBe(false)
  const events = (await client.list('Event')).items.map(
    ({ involvedObject, reason, message }) => `${involvedObject.name} ${reason}: ${message}`,
  )
  expect(events.toSorted()).toEqual([
    'a NodeNotReady: Node a status is now: NodeNotReady',
    'a RegisteredNode: Node a event: Registered Node a in Controller',
    'b RegisteredNode: Node b event: Registered Node b in Controller',
    'pod-a NodeNotReady: Node is not ready',
    'pod-a TaintManagerEviction: Marking for deletion Pod default/pod-a',
  ])

  const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:06:00Z' }]
  await client.patch('Node', { name: 'a' }, { status: { conditions } }, { subresource: 'status' })
  await pass(10)
  expect((await stateOf('a')).taints).toEqual([])
  await controllers.stop()
  expect(clock.timerCount).toBe(0)
})
