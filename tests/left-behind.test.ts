import { queryObjects } from 'node:v8'
import { expect, test } from 'vitest'
import type { Deployment } from '../src/api/workload.ts'
import type { Client } from '../src/client/client.ts'
import { inProcessClient } from '../src/client/in-process-client.ts'
import { startControllers } from '../src/controllers/controllers.ts'
import { startNode } from '../src/node/agent.ts'
import { startForwarder } from '../src/proxy/forwarder.ts'
import { startServiceProxy } from '../src/proxy/service-proxy.ts'
import { SimulatedFiles } from '../src/simulator/simulated-files.ts'
import { SimulatedNetwork } from '../src/simulator/simulated-network.ts'
import { SimulatedRuntime } from '../src/simulator/simulated-runtime.ts'
import { Store } from '../src/store/store.ts'
import { seededRandom } from '../src/world/random.ts'
import { newVirtualClock } from '../src/world/virtual-clock.ts'

const PODS = 50
/** Events are kept for an hour; who tells them remembers for two, and five minutes, whether of one object it told too many. */
const KEPT_MS = 2.1 * 3_600_000

test('fifty pods that come and go leave nothing once what is kept for a while is gone', async () => {
  const { clock, store, network, runtime, stop } = await startCluster()
  const counts = () => ({
    timers: clock.timerCount,
    events: store.list('Event').items.length,
    objects: store.list('Pod').items.length + store.list('EndpointSlice').items.length,
    connections: network.heldConnections('10.244.0.2').size,
  })
  const held: ReturnType<typeof counts>[] = []
  const alive: number[] = []
  for (let round = 0; round < 2; round++) {
    await playRound(inProcessClient(store, { manager: 'test' }), clock)
    // It remembers for tests what it was asked to run.
    expect(runtime.started.splice(0).length).toBe(PODS)
    await clock.advance(KEPT_MS)
    held.push(counts())
    alive.push(queryObjects(Object, { format: 'count' }))
  }
  await stop()
  // The first makes what is made once for all pods. Live objects are counted once garbage is collected.
  expect(held[1]).toEqual(held[0])
  expect(held[1]).toMatchObject({ objects: 0 })
  expect((alive[1] ?? 0) - (alive[0] ?? 0)).toBeLessThan(PODS / 2)
  expect(clock.timerCount).toBe(0)
  // Two hours of renewed leases.
}, 120_000)

/** A Deployment behind a Service, half of whose pods a rollout replaces; then all go. */
async function playRound(client: Client, clock: ReturnType<typeof newVirtualClock>): Promise<void> {
  const ready = async () => {
    const { items } = await client.list('Pod', {})
    return items.filter(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    ).length
  }
  const name = { namespace: 'default', name: 'web' }
  await client.create('Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: name,
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  })
  await client.create('Deployment', deployment(name))
  await clock.advance(20_000)
  expect(await ready()).toBe(PODS / 2)
  await client.patch('Deployment', name, {
    spec: { template: { metadata: { annotations: { release: '2' } } } },
  })
  await clock.advance(40_000)
  expect(await ready()).toBe(PODS / 2)
  await client.delete('Deployment', name)
  await client.delete('Service', name)
  await clock.advance(40_000)
}

function deployment(metadata: Deployment['metadata']): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: PODS / 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'app',
              image: 'app:v1',
              readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 2 },
              livenessProbe: { exec: { command: ['true'] }, periodSeconds: 5 },
            },
          ],
        },
      },
    },
  }
}

/** The control plane, a node and its proxy in virtual time, as `hitless up` has them. */
async function startCluster() {
  const clock = newVirtualClock()
  const random = seededRandom(7)
  const network = new SimulatedNetwork({ clock, localPrefix: '10.96.' })
  const apps = { 'app:v1': { startupMs: 100, port: 8080, onSigterm: 'exit' } } as const
  const runtime = new SimulatedRuntime({ clock, network, apps })
  const store = new Store({ clock, random })
  const leases = { name: 'kube-node-lease' }
  store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: leases })
  const recorder = { record: () => undefined }
  const eventOptions = { correlate: true }
  const clientOf = (manager: string) => inProcessClient(store, { manager })
  const dataPlane = await startForwarder({ network, clock, random, onConnections: () => undefined })
  const proxy = await startServiceProxy({
    client: clientOf('kube-proxy'),
    clock,
    random,
    profile: { name: 'kind', description: '', minSyncIntervalMs: 0, programmingMs: [0, 0] },
    dataPlane,
    recorder,
  })
  const node = await startNode({
    world: { clock, random, network },
    client: clientOf('kubelet'),
    runtime,
    recorder,
    nodeName: 'node-1',
    logDirectory: '/logs',
    podFiles: { files: new SimulatedFiles(), podDirectory: '/pods' },
    sweepLogs: true,
    heartbeat: true,
    eventOptions,
  })
  const controllers = await startControllers({
    client: clientOf('kube-controller-manager'),
    clock,
    eventOptions,
  })
  return {
    clock,
    store,
    network,
    runtime,
    stop: async () => {
      await controllers.stop()
      await node.stop()
      await proxy.stop()
      await dataPlane.stop()
    },
  }
}
