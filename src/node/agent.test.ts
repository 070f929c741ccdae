import { expect, test } from 'vitest'
import { podCondition, type Pod } from '../api/pod.ts'
import { inProcessClient } from '../client/in-process-client.ts'
import { SimulatedNetwork } from '../simulator/simulated-network.ts'
import { SimulatedRuntime } from '../simulator/simulated-runtime.ts'
import { Store } from '../store/store.ts'
import type { FactBody } from '../timeline/fact.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { startNode } from './agent.ts'

const podNamed = (name: string, nodeName: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    nodeName,
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    containers: [
      { name: 'app', image: 'app:v1', readinessProbe: { httpGet: { path: '/', port: 8080 } } },
    ],
  },
})

async function start() {
  const clock = newVirtualClock()
  const random = seededRandom(1)
  const network = new SimulatedNetwork({ clock })
  const runtime = new SimulatedRuntime({
    clock,
    network,
    apps: { 'app:v1': { startupMs: 200, port: 8080, onSigterm: { drainMs: 1_000 } } },
  })
  const facts: FactBody[] = []
  const failures: unknown[] = []
  const client = inProcessClient(new Store({ clock, random }))
  const starting = startNode({
    world: { clock, random, network },
    client,
    runtime,
    recorder: { record: (fact) => void facts.push(fact) },
    nodeName: 'node-1',
    onFailure: (error) => void failures.push(error),
  })
  await clock.advance(0)
  const node = await starting
  const getPod = (name: string) => client.get('Pod', { namespace: 'default', name })
  return { clock, client, node, facts, failures, runtime, getPod }
}

test('a node registers itself as ready', async () => {
  const { client, node } = await start()
  const { status } = await client.get('Node', { name: 'node-1' })
  expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }])
  await node.stop()
})

test('a pod bound to the node runs, becomes ready, and is removed when it was deleted', async () => {
  const { clock, client, node, getPod } = await start()
  await client.create('Pod', podNamed('web-1', 'node-1'))
  await clock.advance(2_000)
  const pod = await getPod('web-1')
  expect(pod.status?.phase).toBe('Running')
  expect(podCondition(pod, 'Ready')?.status).toBe('True')

  await client.delete('Pod', { namespace: 'default', name: 'web-1' })
  await clock.advance(900)
  expect((await getPod('web-1')).metadata.deletionTimestamp).toBeDefined()
  await clock.advance(200)
  expect((await client.list('Pod')).items).toEqual([])
  const reasons = (await client.list('Event')).items.map(({ reason }) => reason)
  expect(new Set(reasons)).toEqual(
    new Set(['Pulled', 'Created', 'Started', 'Unhealthy', 'Killing']),
  )
  await node.stop()
  expect(clock.timerCount).toBe(0)
})

test("another node's pod is left alone", async () => {
  const { clock, client, node, facts } = await start()
  await client.create('Pod', podNamed('web-1', 'node-2'))
  await clock.advance(2_000)
  expect(facts).toEqual([])
  await node.stop()
})

test('stop ends all pods at once and leaves their objects as they were', async () => {
  const { clock, client, node, facts, getPod } = await start()
  for (const name of ['web-1', 'web-2', 'web-3']) {
    await client.create('Pod', podNamed(name, 'node-1'))
  }
  await clock.advance(2_000)
  const before = await getPod('web-2')
  const stopping = node.stop()
  await clock.advance(0)
  await stopping
  expect(facts.filter(({ kind }) => kind === 'container-exited')).toHaveLength(3)
  expect(await getPod('web-2')).toEqual(before)
  expect(clock.timerCount).toBe(0)
})

test('a pod that is made anew under the same name while the old one stops is run beside it', async () => {
  const { clock, client, node, facts } = await start()
  await client.create('Pod', podNamed('web-1', 'node-1'))
  await clock.advance(2_000)
  await client.delete('Pod', { namespace: 'default', name: 'web-1' }, { gracePeriodSeconds: 0 })
  await client.create('Pod', podNamed('web-1', 'node-1'))
  await clock.advance(5_000)
  expect(facts.filter(({ kind }) => kind === 'container-started')).toHaveLength(2)
  expect(facts.filter(({ kind }) => kind === 'container-exited')).toHaveLength(1)
  expect((await client.list('Pod')).items).toHaveLength(1)
  await node.stop()
})

test('a pod that cannot be removed is told at once, not when the node stops', async () => {
  const { clock, client, node, failures, runtime } = await start()
  await client.create('Pod', podNamed('web-1', 'node-1'))
  await clock.advance(2_000)
  runtime.removeSandbox = () => Promise.reject(new Error('device is busy'))
  await client.delete('Pod', { namespace: 'default', name: 'web-1' })
  await clock.advance(5_000)
  expect(failures).toEqual([new Error('device is busy')])
  await node.stop()
})
