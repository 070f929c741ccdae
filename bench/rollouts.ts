/**
 * What the engine adds to a rollout: a Deployment of fifty in a `hitless up` of its own gets another template. The time until
 * it is complete, less what its pods themselves need one after the other, is divided by its steps; a step is a new pod that
 * becomes Ready, where each has to wait for the one before (maxSurge 1, maxUnavailable 0). What a pod itself needs is nothing
 * without a readiness probe; with one it is the first probe after its program listens, whose time the program tells. Of a step,
 * `bound to Ready` is the node's part, the rest is the control plane's. On a busy machine compare it with `a program alone`:
 * what it takes meanwhile to start one that ends at once, 4 ms on a machine that does nothing else.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pod, Probe } from '../src/api/pod.ts'
import type { Deployment } from '../src/api/workload.ts'
import type { Client } from '../src/client/client.ts'
import { cpuTimeOf, descendantsOf } from '../tests/support/process-tree.ts'
import { openRealCluster } from '../tests/support/real-cluster.ts'
import { startUp, type RunningUp } from '../tests/support/running-up.ts'

const REPLICAS = 50
const COUNTS = [1, 10, 100]
const PROBE_MS = 1_000
const NAME = { namespace: 'default', name: 'web' }
const ONE_BY_ONE = { maxSurge: 1, maxUnavailable: 0 }
/** It says how long it took, since the start of its process, until it listened. */
const SERVER = `import http from 'node:http'
http.createServer((request, response) => response.end()).listen(8080, () => console.log(performance.now()))
process.on('SIGTERM', () => process.exit(0))
`
const IDLE = ['/bin/sh', '-c', 'trap "exit 0" TERM; sleep 1000000 & wait']
const PROBE: Probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 }

interface Rollout {
  readonly name: string
  readonly image: 'idle:v1' | 'server:v1'
  readonly probe?: Probe
  /** Default: Kubernetes', 25% and 25%. */
  readonly rollingUpdate?: typeof ONE_BY_ONE
}

const ROLLOUTS: readonly Rollout[] = [
  { name: 'one by one, without a probe', image: 'idle:v1', rollingUpdate: ONE_BY_ONE },
  { name: 'a quarter at once, without a probe', image: 'idle:v1' },
  { name: 'one by one, probed', image: 'server:v1', probe: PROBE, rollingUpdate: ONE_BY_ONE },
]

export async function measureRollouts(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-bench-'))
  const images = {
    'idle:v1': { command: IDLE },
    'server:v1': { command: ['node', 'server.mjs'] },
  }
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }
  writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify({ images }))
  writeFileSync(join(directory, 'server.mjs'), SERVER)
  writeFileSync(join(directory, 'object.yaml'), JSON.stringify(settings))
  const up = await startUp({ args: ['-f', join(directory, 'object.yaml')] })
  const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-bench')
  try {
    process.stdout.write(
      '\n| pods at once | bound to Ready, median, ms | last, ms |\n| --- | --- | --- |\n',
    )
    for (const count of COUNTS) {
      const starts = await watchStarts(client)
      await client.create('Deployment', deploymentOf({ image: 'idle:v1' }, count))
      await completion(client)
      const startsMs = starts.stop()
      const [middle, last] = [median(startsMs), Math.max(...startsMs)]
      process.stdout.write(`| ${count} | ${middle.toFixed(1)} | ${last.toFixed(1)} |\n`)
      await removeAll(client)
    }
    process.stdout.write(`\n| a rollout of ${REPLICAS} | whole, ms | its pods, ms | a step, ms `)
    process.stdout.write(
      '| bound to Ready, median, ms | rest of a step, ms | a program alone, ms | CPU a step: hitless, ms | the kernel for it, ms | programs, ms |\n',
    )
    process.stdout.write('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n')
    for (const rollout of ROLLOUTS) {
      const { wholeMs, podsMs, startsMs, aloneMs, cpu } = await measure(rollout, client, up)
      const isOneByOne = rollout.rollingUpdate === ONE_BY_ONE
      const cells = [
        wholeMs,
        podsMs,
        (wholeMs - podsMs) / REPLICAS,
        median(startsMs),
        isOneByOne ? (wholeMs - sum(startsMs)) / REPLICAS : Number.NaN,
        median(aloneMs),
        cpu.userMs / REPLICAS,
        cpu.systemMs / REPLICAS,
        cpu.endedMs / REPLICAS,
      ].map((ms) => (Number.isNaN(ms) ? '' : ms.toFixed(1)))
      process.stdout.write(`| ${rollout.name} | ${cells.join(' | ')} |\n`)
    }
  } finally {
    await close()
    await up.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measure(rollout: Rollout, client: Client, up: RunningUp) {
  await client.create('Deployment', deploymentOf(rollout, REPLICAS))
  await completion(client)
  const starts = await watchStarts(client)
  const cpuBefore = cpuTimeOf(descendantsOf(up.processId))
  const alone = startProgramsAlone()
  const start = performance.now()
  await client.patch('Deployment', NAME, {
    spec: { template: { metadata: { annotations: { release: '2' } } } },
  })
  await completion(client)
  const wholeMs = performance.now() - start
  const cpuAfter = cpuTimeOf(descendantsOf(up.processId))
  const startsMs = starts.stop()
  const aloneMs = await alone.stop()
  const { items } = await client.list('Pod', { namespace: 'default' })
  const pods = items.filter(({ metadata }) => metadata.annotations?.['release'] === '2')
  const ownMs = rollout.probe === undefined ? [] : await Promise.all(pods.map(ownStart(up)))
  // Probed at once, and then once in a period.
  const podsMs = sum(ownMs.map((ms) => Math.ceil(ms / PROBE_MS) * PROBE_MS))
  await removeAll(client)
  const cpu = {
    userMs: cpuAfter.userMs - cpuBefore.userMs,
    systemMs: cpuAfter.systemMs - cpuBefore.systemMs,
    endedMs: cpuAfter.endedMs - cpuBefore.endedMs,
  }
  return { wholeMs, podsMs, startsMs, aloneMs, cpu }
}

async function removeAll(client: Client): Promise<void> {
  await client.delete('Deployment', NAME)
  while ((await client.list('Pod', { namespace: 'default' })).items.length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** How long each new pod took from being bound to being Ready, as a client sees it, milliseconds. */
async function watchStarts(client: Client) {
  const bound = new Map<string, number>()
  const ready = new Map<string, number>()
  const { items, resourceVersion } = await client.list('Pod', { namespace: 'default' })
  const old = new Set(items.map(({ metadata }) => metadata.name))
  const watch = client.watch('Pod', { namespace: 'default', resourceVersion }, (event) => {
    if (event.type === 'EXPIRED' || event.type === 'CLOSED') return
    const { metadata, spec, status } = event.object
    if (old.has(metadata.name)) return
    const note = (moments: Map<string, number>) =>
      moments.set(metadata.name, moments.get(metadata.name) ?? performance.now())
    if (spec.nodeName !== undefined) note(bound)
    if (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')) {
      note(ready)
    }
  })
  return {
    stop() {
      watch.stop()
      return [...ready].map(([name, atMs]) => atMs - (bound.get(name) ?? atMs))
    },
  }
}

function deploymentOf(
  { image, probe, rollingUpdate }: Omit<Rollout, 'name'>,
  replicas: number,
): Deployment {
  const container = {
    name: 'app',
    image,
    ...(probe === undefined ? {} : { readinessProbe: probe }),
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: NAME,
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      ...(rollingUpdate === undefined
        ? {}
        : { strategy: { type: 'RollingUpdate', rollingUpdate } }),
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { terminationGracePeriodSeconds: 5, containers: [container] },
      },
    },
  }
}

/** As `kubectl rollout status` sees it, by a watch. */
async function completion(client: Client): Promise<void> {
  const { items, resourceVersion } = await client.list('Deployment', { namespace: 'default' })
  if (items.some(isComplete)) return
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const watch = client.watch('Deployment', { namespace: 'default', resourceVersion }, (event) => {
    if (event.type === 'EXPIRED' || event.type === 'CLOSED') reject(new Error(event.type))
    else if (isComplete(event.object)) resolve()
  })
  await promise.finally(() => watch.stop())
}

function isComplete({ metadata, spec, status }: Deployment): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status?.updatedReplicas === spec.replicas &&
    status?.availableReplicas === spec.replicas &&
    status?.replicas === spec.replicas
  )
}

/** What the program of a pod says of its start, milliseconds. */
function ownStart({ url, authority, token }: RunningUp) {
  return (pod: Pod): Promise<number> =>
    new Promise((resolve, reject) => {
      const path = `${url}/api/v1/namespaces/default/pods/${pod.metadata.name}/log`
      const headers = { authorization: `Bearer ${token}` }
      const call = request(path, { ca: authority, headers }, (response) => {
        let text = ''
        response.on('data', (bytes: Buffer) => (text += bytes.toString()))
        response.on('end', () => resolve(Number(text)))
      })
      call.on('error', reject).end()
    })
}

/** One after the other, five times a second. */
function startProgramsAlone() {
  const timesMs: number[] = []
  const stopped = new AbortController()
  const work = async () => {
    while (!stopped.signal.aborted) {
      const start = performance.now()
      await once(spawn('true', { stdio: 'ignore' }), 'exit')
      timesMs.push(performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return timesMs
  }
  const done = work()
  return {
    stop() {
      stopped.abort()
      return done
    },
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
