import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PodSpec } from '../../src/api/pod.ts'
import { inProcessClient } from '../../src/client/in-process-client.ts'
import type { Client } from '../../src/client/client.ts'
import { type NodeAgent, startNode } from '../../src/node/agent.ts'
import type { Runtime } from '../../src/runtime/runtime.ts'
import { startSandboxRuntime } from '../../src/runtime/sandbox-runtime.ts'
import { enterSandboxCommand } from '../../src/runtime/sandbox-support.ts'
import { Store } from '../../src/store/store.ts'
import type { Fact, FactBody } from '../../src/timeline/fact.ts'
import { liveWorld } from '../../src/world/live/world.ts'

/**
 * What a verdict may need to know of a pod's life, of real processes. Outside it starts vitest on itself inside
 * namespaces; inside, it is the suite.
 */
const INSIDE = 'HITLESS_TEST_INSIDE_SANDBOX'
const FACTS_TIMEOUT_MS = 30_000

/** At SIGTERM it closes its listener, and what it has taken 1.5 s later; it ends 1.5 s after that. */
const SERVER = `
const server = require('node:net').createServer((socket) => {
  process.on('SIGTERM', () => setTimeout(() => socket.end(), 1500))
}).listen(8080, '0.0.0.0')
process.on('SIGTERM', () => server.close(() => setTimeout(() => process.exit(0), 1500)))
`

if (process.env[INSIDE] === undefined) {
  test('a node tells what real processes do', { timeout: 120_000 }, async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const self = fileURLToPath(import.meta.url)
    const vitest = [process.execPath, `${root}node_modules/vitest/vitest.mjs`, 'run', self]
    const options = ['--project=e2e', '--configLoader=native', '--no-cache']
    const result = await liveWorld().processes.run(enterSandboxCommand([...vitest, ...options]), {
      timeoutMs: 110_000,
      workingDir: root,
      env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', HOME: '/tmp', [INSIDE]: '1' },
    })
    expect(result.exitCode, `${result.stdout}${result.stderr}`).toBe(0)
    expect(result.stdout).toMatch(/Tests {2}\d passed/)
  })
} else {
  const world = liveWorld()
  const facts: Fact[] = []
  let runtime: Runtime
  let client: Client
  let node: NodeAgent
  const directory = mkdtempSync(join(tmpdir(), 'hitless-facts-'))

  beforeAll(async () => {
    client = inProcessClient(new Store({ clock: world.clock, random: world.random }))
    runtime = await startSandboxRuntime({
      ...world,
      images: () => ({ command: [], env: {}, workingDir: '/' }),
    })
    const record = (fact: FactBody) => void facts.push({ ...fact, at: world.clock.monotonicNs() })
    const logDirectory = join(directory, 'logs')
    const recorder = { record }
    node = await startNode({ world, client, runtime, recorder, nodeName: 'node-1', logDirectory })
  })
  afterAll(async () => {
    await node.stop()
    await runtime.stop()
    rmSync(directory, { recursive: true })
  })

  const run = (name: string, spec: PodSpec) =>
    client.create('Pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { nodeName: 'node-1', ...spec },
    })
  const factsOf = (name: string) => facts.filter((fact) => 'pod' in fact && fact.pod.name === name)
  const kindsOf = (name: string) => factsOf(name).map(({ kind }) => kind)
  const until = (isReached: () => boolean) =>
    expect.poll(isReached, { timeout: FACTS_TIMEOUT_MS, interval: 20 }).toBe(true)

  test('of a termination: hook, signal, listener, last connection, exit', async () => {
    await run('server', {
      containers: [
        {
          name: 'app',
          image: 'any',
          command: [process.execPath, '-e', SERVER],
          lifecycle: { preStop: { exec: { command: ['sleep', '0.1'] } } },
        },
      ],
    })
    await until(() => kindsOf('server').includes('listener-opened'))
    const { status } = await client.get('Pod', { namespace: 'default', name: 'server' })
    const socket = connect(8080, status?.podIP ?? '')
    await new Promise((resolve) => socket.once('connect', resolve))
    await client.delete('Pod', { namespace: 'default', name: 'server' })
    await until(() => kindsOf('server').includes('container-exited'))
    expect(kindsOf('server')).toEqual([
      'container-started',
      'listener-opened',
      'container-stopping',
      'hook-started',
      'hook-finished',
      'signal-sent',
      'listener-closed',
      'connections-closed',
      'container-exited',
    ])
    const at = (kind: Fact['kind']) =>
      factsOf('server').find((fact) => fact.kind === kind)?.at ?? Number.NaN
    expect(factsOf('server').find(({ kind }) => kind === 'connections-closed')).toMatchObject({
      port: 8080,
      listening: false,
      before: 1,
    })
    // Late it may be seen, but not before it happens.
    expect(at('connections-closed') - at('signal-sent')).toBeGreaterThan(1_400e6)
    socket.destroy()
  })

  test('of a failing start: each probe, the back-off, exit codes', async () => {
    const probe = { exec: { command: ['sh', '-c', 'echo no; exit 3'] }, periodSeconds: 1 }
    await run('failing', {
      containers: [
        {
          name: 'app',
          image: 'any',
          command: ['sh', '-c', 'sleep 2.5; exit 7'],
          readinessProbe: probe,
        },
      ],
    })
    await until(() => kindsOf('failing').includes('back-off'))
    const probes = factsOf('failing').filter((fact) => fact.kind === 'probe-ended')
    expect(probes.slice(0, 2)).toMatchObject([
      { probe: 'readiness', outcome: 'failed', consecutive: 1, message: 'no\n' },
      { probe: 'readiness', outcome: 'failed', consecutive: 2, message: 'no\n' },
    ])
    expect(factsOf('failing').find(({ kind }) => kind === 'container-exited')).toMatchObject({
      exitCode: 7,
      reason: 'Error',
      restart: 0,
    })
    await client.delete('Pod', { namespace: 'default', name: 'failing' })
  })

  test('of too much memory: OOMKilled, or that nothing enforces the limit', async () => {
    await run('hungry', {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'app',
          image: 'any',
          command: ['sh', '-c', 'head -c 200000000 /dev/zero | tail >/dev/null; echo; exit 1'],
          resources: { limits: { memory: '48Mi' } },
        },
      ],
    })
    await until(() => kindsOf('hungry').includes('container-exited'))
    const isUnenforced = facts.some(
      (fact) => fact.kind === 'limit-not-enforced' && fact.resource === 'memory',
    )
    expect(factsOf('hungry').find(({ kind }) => kind === 'container-exited')).toMatchObject({
      reason: isUnenforced ? 'Error' : 'OOMKilled',
    })
    if (isUnenforced) return
    const limits = { memory: '1' }
    await run('starved', {
      restartPolicy: 'Never',
      containers: [{ name: 'app', image: 'any', command: ['true'], resources: { limits } }],
    })
    const target = { namespace: 'default', name: 'starved' }
    const end = async () =>
      (await client.get('Pod', target)).status?.containerStatuses?.[0]?.state.terminated
    await expect.poll(end, { timeout: FACTS_TIMEOUT_MS, interval: 20 }).toMatchObject({
      reason: 'StartError',
      message: 'container init was OOM-killed (memory limit too low?): limits.memory is 1',
    })
  })
}
