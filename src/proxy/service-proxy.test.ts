import { expect, test } from 'vitest'
import { HitlessError } from '../base/error.ts'
import { keyOf, type ApiObject } from '../api/meta.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import type { Endpoint, EndpointSlice, Service } from '../api/service.ts'
import type { Client } from '../client/client.ts'
import type { Fact } from '../timeline/fact.ts'
import { newRecorder } from '../timeline/recorder.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import type { ServiceRoute } from './data-plane.ts'
import { PROFILES, type Profile } from './profile.ts'
import { recordConnections, startServiceProxy } from './service-proxy.ts'

const SERVICE: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] },
}

function sliceOf(endpoints: readonly Endpoint[]): EndpointSlice {
  const labels = { 'kubernetes.io/service-name': 'web' }
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-abc', namespace: 'default', labels },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints,
  }
}

const pod = (last: number, ready: boolean): Endpoint => ({
  addresses: [`10.0.0.${last}`],
  conditions: { ready, serving: ready, terminating: false },
})

type Watcher = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Service | EndpointSlice) => void

function isOfKind<K extends Kind>(kind: K, object: ApiObject): object is ObjectOf<K> {
  return object.kind === kind
}

const unused = () => Promise.reject(new Error('a proxy does not call this'))

/** Holds objects and tells watchers at once; only what a proxy calls is there. */
function newFakeCluster() {
  const objects = new Map<string, Service | EndpointSlice>()
  const watchers = new Set<Watcher>()
  let version = 0
  const client: Client = {
    get: unused,
    create: unused,
    update: unused,
    patch: unused,
    apply: unused,
    delete: unused,
    deleteCollection: unused,
    list: (kind) => {
      const items = [...objects.values()].filter((object) => isOfKind(kind, object))
      return Promise.resolve({ items, resourceVersion: '1' })
    },
    watch: (kind, _options, onEvent) => {
      const watcher: Watcher = (type, object) => {
        if (isOfKind(kind, object)) onEvent({ type, object })
      }
      watchers.add(watcher)
      return { stop: () => watchers.delete(watcher) }
    },
  }
  const tell: Watcher = (type, object) => {
    for (const watcher of watchers) watcher(type, object)
  }
  return {
    client,
    watchers,
    put(object: Service | EndpointSlice) {
      const resourceVersion = String(++version)
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion } }
      const type = objects.has(`${object.kind}/${keyOf(object)}`) ? 'MODIFIED' : 'ADDED'
      objects.set(`${object.kind}/${keyOf(object)}`, stored)
      tell(type, stored)
    },
    remove(object: Service | EndpointSlice) {
      objects.delete(`${object.kind}/${keyOf(object)}`)
      tell('DELETED', object)
    },
  }
}

function profileNamed(name: string): Profile {
  const profile = PROFILES.find((profile) => profile.name === name)
  if (profile === undefined) throw new Error(`no profile ${name}`)
  return profile
}

function newSetup(profileName: string) {
  const clock = newVirtualClock()
  const cluster = newFakeCluster()
  const facts: Fact[] = []
  const recorder = newRecorder(
    () => clock.monotonicNs(),
    (fact) => facts.push(fact),
  )
  const programmed: { atMs: number; endpoints: string[] }[] = []
  const dataPlane = {
    program: (routes: readonly ServiceRoute[]) => {
      const endpoints = routes.flatMap(({ endpoints }) => endpoints.map(({ ip }) => ip))
      programmed.push({ atMs: clock.monotonicNs() / 1e6, endpoints })
      return Promise.resolve()
    },
    stop: () => Promise.resolve(),
  }
  const options = {
    client: cluster.client,
    clock,
    random: seededRandom(1),
    profile: profileNamed(profileName),
    dataPlane,
    recorder,
  }
  return { clock, cluster, facts, recorder, programmed, options }
}

const endpoint = (ip: string) => ({ ip, port: 8080 })

test('without propagation delay each change is in force in the instant it happens', async () => {
  const { clock, cluster, programmed, options, facts } = newSetup('none')
  cluster.put(SERVICE)
  cluster.put(sliceOf([pod(1, true)]))
  const proxy = await startServiceProxy(options)
  await clock.advance(10)
  cluster.put(sliceOf([pod(1, true), pod(2, true)]))
  await clock.advance(10)
  cluster.remove(SERVICE)
  await clock.advance(10)
  await proxy.stop()

  expect(programmed).toEqual([
    { atMs: 0, endpoints: ['10.0.0.1'] },
    { atMs: 10, endpoints: ['10.0.0.1', '10.0.0.2'] },
    { atMs: 20, endpoints: [] },
  ])
  const service = { kind: 'Service', namespace: 'default', name: 'web' }
  const fact = { kind: 'proxy-programmed', service, port: 80 }
  expect(facts).toEqual([
    { at: 0, ...fact, endpoints: [endpoint('10.0.0.1')] },
    { at: 10e6, ...fact, endpoints: [endpoint('10.0.0.1'), endpoint('10.0.0.2')] },
    { at: 20e6, ...fact, endpoints: [] },
  ])
})

test('a pod that gets ready soon after its endpoint was added waits for the second to pass', async () => {
  const { clock, cluster, programmed, options } = newSetup('kube-proxy')
  cluster.put(SERVICE)
  cluster.put(sliceOf([pod(1, true)]))
  const proxy = await startServiceProxy(options)
  await clock.advance(5_000)
  cluster.put(sliceOf([pod(1, true), pod(2, false)]))
  await clock.advance(200)
  cluster.put(sliceOf([pod(1, true), pod(2, true)]))
  await clock.advance(5_000)
  await proxy.stop()

  expect(programmed.map(({ endpoints }) => endpoints)).toEqual([
    ['10.0.0.1'],
    ['10.0.0.1'],
    ['10.0.0.1', '10.0.0.2'],
  ])
  const [first, second, third] = programmed.map(({ atMs }) => atMs)
  expect(first).toSatisfy(between(20, 60))
  expect(second).toSatisfy(between(5_020, 5_060))
  expect(third).toSatisfy(between(6_020, 6_060))
})

test('a sync that changes no route is not a fact', async () => {
  const { clock, cluster, facts, options } = newSetup('kube-proxy')
  cluster.put(SERVICE)
  cluster.put(sliceOf([pod(1, true)]))
  const proxy = await startServiceProxy(options)
  await clock.advance(2_000)
  cluster.put(sliceOf([pod(1, true), pod(2, false)]))
  await clock.advance(2_000)
  await proxy.stop()
  expect(facts).toHaveLength(1)
})

test('what changes only in name causes no sync, so the next change does not wait', async () => {
  const { clock, cluster, programmed, options } = newSetup('kube-proxy')
  const proxy = await startServiceProxy(options)
  await clock.advance(5_000)
  cluster.put(SERVICE)
  await clock.advance(2_000)
  cluster.put({ ...SERVICE, metadata: { ...SERVICE.metadata, labels: { team: 'a' } } })
  await clock.advance(10)
  cluster.put(sliceOf([pod(1, true)]))
  await clock.advance(100)
  await proxy.stop()
  expect(programmed).toHaveLength(2)
  expect(programmed[1]?.atMs).toSatisfy(between(7_030, 7_070))
})

test('an empty cluster causes no sync, so the first Service does not wait', async () => {
  const { clock, cluster, programmed, options } = newSetup('kube-proxy')
  const proxy = await startServiceProxy(options)
  await clock.advance(100)
  cluster.put(SERVICE)
  await clock.advance(100)
  await proxy.stop()
  expect(programmed).toHaveLength(1)
})

test('after stop nothing is watched, timed or programmed', async () => {
  const { clock, cluster, programmed, options } = newSetup('kube-proxy')
  cluster.put(SERVICE)
  const proxy = await startServiceProxy(options)
  await clock.advance(5)
  await proxy.stop()
  cluster.put(sliceOf([pod(1, true)]))
  await clock.advance(5_000)
  expect(programmed).toEqual([])
  expect(clock.timerCount).toBe(0)
  expect(cluster.watchers.size).toBe(0)
})

test('a data plane that refuses its routes is told to the owner, and nothing is tried again', async () => {
  const { clock, cluster, options, facts } = newSetup('none')
  cluster.put(SERVICE)
  const failures: unknown[] = []
  let calls = 0
  const dataPlane = {
    ...options.dataPlane,
    program: () => Promise.reject(new Error(`refused ${++calls}`)),
  }
  const onFailure = (error: unknown) => failures.push(error)
  const proxy = await startServiceProxy({ ...options, dataPlane, onFailure })
  await clock.advance(10)
  cluster.put(sliceOf([pod(1, true)]))
  await clock.advance(5_000)
  await proxy.stop()
  expect(failures).toEqual([new Error('refused 1')])
  expect(facts).toEqual([])
})

test('a port that cannot be listened on is told once, tried again, and told when it can be', async () => {
  const { clock, cluster, options } = newSetup('none')
  cluster.put(SERVICE)
  const inUse = new HitlessError('service-address', 'port 80 is in use', { exitCode: 3 })
  let fault: Error | undefined = inUse
  let calls = 0
  const dataPlane = {
    ...options.dataPlane,
    program: async () => {
      calls += 1
      if (fault !== undefined) throw fault
    },
  }
  const told: unknown[] = []
  const failures: unknown[] = []
  const proxy = await startServiceProxy({
    ...options,
    dataPlane,
    onRefused: (error) => told.push(error),
    onFailure: (error) => failures.push(error),
  })
  await clock.advance(12_000)
  expect({ calls, told }).toEqual({ calls: 3, told: [inUse] })
  fault = undefined
  await clock.advance(30_000)
  expect({ calls, told }).toEqual({ calls: 4, told: [inUse, undefined] })
  fault = new HitlessError('proxy-thread', 'it has ended', { exitCode: 3 })
  cluster.put(sliceOf([pod(1, true)]))
  await clock.advance(30_000)
  expect(failures).toEqual([fault])
  await proxy.stop()
  expect(clock.timerCount).toBe(0)
})

test('a refusal that comes when the proxy is being stopped is not tried again', async () => {
  const { clock, cluster, options } = newSetup('none')
  cluster.put(SERVICE)
  const { promise: program, reject } = Promise.withResolvers<void>()
  const told: unknown[] = []
  const proxy = await startServiceProxy({
    ...options,
    dataPlane: { ...options.dataPlane, program: () => program },
    onRefused: (error) => told.push(error),
  })
  await clock.advance(1_000)
  const stopped = proxy.stop()
  reject(new HitlessError('service-address', 'port 80 is in use', { exitCode: 3 }))
  await stopped
  expect({ told, timers: clock.timerCount }).toEqual({ told: [], timers: 0 })
})

test('each reported connection is a fact at the time of its own', () => {
  const { recorder, facts } = newSetup('none')
  const service = { kind: 'Service', namespace: 'default', name: 'web' }
  const connection = { service, endpoint: endpoint('10.0.0.1'), clientPort: 40_000 }
  recordConnections(recorder)([{ at: 7, ...connection, result: 'connected' }])
  expect(facts).toEqual([{ at: 7, kind: 'connection-routed', ...connection, result: 'connected' }])
})

function between(low: number, high: number): (value: number | undefined) => boolean {
  return (value) => value !== undefined && value >= low && value <= high
}
