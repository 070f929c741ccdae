import { execFile } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newHttpClient } from '../../src/client/http-client.ts'
import type { Client } from '../../src/client/client.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { kubectlMissing, kubectls } from '../support/kubectl.ts'
import { startUp, type RunningUp, type UpOptions } from '../support/running-up.ts'
import { until } from '../support/until.ts'
import { NO_TRACES, newTraces, takeTraces } from './leftovers.ts'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'

const WEBSAMPLE = new URL('../../examples/websample', import.meta.url).pathname
const runFile = promisify(execFile)

/** `hitless up` with a client of it. However the test ends, it does not go on. */
async function up(options: UpOptions = {}): Promise<RunningUp & { readonly client: Client }> {
  const running = await startUp(options)
  const { url: baseUrl, authority, token } = running
  const caller = liveHttpCallers().open({ baseUrl, authority })
  onTestFinished(async () => {
    await caller.close()
    endIfAlive(running.processId)
  })
  return { ...running, client: newHttpClient({ caller, clock: liveClock(), token }) }
}

function endIfAlive(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL')
  } catch {
    // It has been stopped.
  }
}

async function nodes(client: Client): Promise<readonly string[]> {
  return (await client.list('Node')).items.map(({ metadata }) => metadata.name)
}

async function podsReady(client: Client, image: string, count: number): Promise<boolean> {
  const { items } = await client.list('Pod', { namespace: 'default' })
  const ready = items.filter(
    ({ spec, status, metadata }) =>
      metadata.deletionTimestamp === undefined &&
      spec.containers[0]?.image === image &&
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  )
  return ready.length === count
}

const kubectl = kubectls().at(-1)

describe('with pods', () => {
  test.skipIf(kubectl === undefined)(
    `a rollout by kubectl, its logs, a command, a port and a proxied request${kubectlMissing()}`,
    async () => {
      const before = await takeTraces()
      const { kubeconfig, client, stop } = await up({ args: ['-f', WEBSAMPLE] })
      const ask = async (...args: readonly string[]) => {
        const options = { env: { ...process.env, KUBECONFIG: kubeconfig }, timeout: 100_000 }
        return (await runFile(kubectl?.path ?? '', args, options)).stdout
      }
      await ask('rollout', 'status', 'deployment/websample', '--timeout=60s')
      await ask('set', 'image', 'deployment/websample', 'websample=websample:v2')
      expect(await ask('rollout', 'status', 'deployment/websample', '--timeout=60s')).toContain(
        'deployment "websample" successfully rolled out',
      )
      expect(await podsReady(client, 'websample:v2', 4)).toBe(true)
      const pod = (await ask('get', 'pods', '-o', 'name')).split('\n')[0] ?? ''
      expect(await ask('exec', pod, '--', 'hostname')).toBe(`${pod.replace('pod/', '')}\n`)
      expect(await ask('logs', pod)).toContain('connections')
      const proxied = '/api/v1/namespaces/default/services/websample:5000/proxy/'
      await ask('get', '--raw', proxied)
      await expect(ask('get', '--raw', proxied.replace('5000', '5001'))).rejects.toThrow(
        'no service port 5001 found for service',
      )
      expect(await ask('get', 'ingress', 'websample-ing')).toContain('websample-ing')
      await stop()
      expect(await newTraces(before)).toEqual(NO_TRACES)
    },
  )

  test('the second start with the same data goes on where the first ended', async () => {
    await inTemporaryDirectory(async (directory) => {
      const first = await up({ directory, args: ['-f', WEBSAMPLE] })
      await until('four pods', () => podsReady(first.client, 'websample:v1', 4))
      const name = { namespace: 'default', name: 'websample' }
      const service = await first.client.get('Service', name)
      await first.client.patch('Deployment', name, { metadata: { labels: { kept: 'yes' } } })
      await first.stop()
      const second = await up({ directory, args: [] })
      expect(second.stderr()).toContain(
        `with the images of its last run (${WEBSAMPLE}/hitless.yaml)`,
      )
      expect(second.token).toBe(first.token)
      expect(await second.client.get('Service', name)).toEqual(service)
      const { metadata } = await second.client.get('Deployment', name)
      expect(metadata.labels?.['kept']).toBe('yes')
      await until('four pods again', () => podsReady(second.client, 'websample:v1', 4))
      await second.stop()
    })
  })

  test('of an earlier run, nodes that are not run any more go, and the others keep their names', async () => {
    await inTemporaryDirectory(async (directory) => {
      const first = await up({ directory, args: ['--nodes', '2'] })
      expect(await nodes(first.client)).toEqual(['hitless', 'hitless-2'])
      await first.stop()
      const second = await up({ directory, args: [] })
      expect(second.stderr()).toContain('hitless-2 of the last run: deleted, with their pods')
      expect(await nodes(second.client)).toEqual(['hitless'])
      await second.stop()
    })
  })

  test('what does not run is told, and a hitless.yaml that is written then is read at once', async () => {
    await inTemporaryDirectory(async (directory) => {
      const manifests = join(directory, 'k8s')
      mkdirSync(manifests)
      copyFileSync(join(WEBSAMPLE, 'deployment.yaml'), join(manifests, 'deployment.yaml'))
      const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' }
      writeFileSync(
        join(manifests, 'role.json'),
        JSON.stringify({ ...role, metadata: { name: 'reader' }, rules: [] }),
      )
      const { client, stderr, stop } = await up({ args: ['-f', manifests] })
      expect(stderr()).toMatch(/^not run {2}Role\/reader \(.*role\.json:1:1\)$/m)
      expect(stderr()).toMatch(/^images {3}none runs: .*k8s/m)
      const images = { 'websample:*': { command: ['node', 'server.mjs'], workingDir: WEBSAMPLE } }
      writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify({ images }))
      await until('four pods', () => podsReady(client, 'websample:v1', 4))
      // As seen from where it runs.
      expect(stderr()).toMatch(/^images {3}as \S*hitless\.yaml says now/m)
      await stop()
    })
  })

  test('without --data, kill -9 leaves nothing running, and the next start cleans up', async () => {
    const before = await takeTraces()
    const running = await up({ args: ['-f', WEBSAMPLE], isTemporary: true })
    process.kill(running.processId, 'SIGKILL')
    await until('everything is gone', async () => (await newTraces(before)).strangers.length === 0)
    const next = await up()
    await next.stop()
    expect((await newTraces(before)).mounts).toEqual([])
  })
})

describe('without a node', () => {
  test('the API is there, pods wait, and Ctrl-C ends it with 0', async () => {
    const { client, stop } = await up()
    const spec = { containers: [{ name: 'app', image: 'app:v1' }] }
    const metadata = { name: 'web', namespace: 'default' }
    await until('the default account', async () => {
      const { items } = await client.list('ServiceAccount', { namespace: 'default' })
      return items.length > 0
    })
    await client.create('Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec })
    await until('an event', async () => {
      const events = await client.list('Event', { namespace: 'default' })
      return events.items.some(({ reason }) => reason === 'FailedScheduling')
    })
    expect((await client.get('Pod', metadata)).status?.phase).toBe('Pending')
    await stop()
  })

  test('nobody else can read the kubeconfig, and no command line shows the token', async () => {
    const { kubeconfig, token, stderr, stop } = await up()
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600)
    const commandLines = readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => ['cmdline', 'environ'].map((file) => `/proc/${entry}/${file}`))
      .map((path) => {
        try {
          return readFileSync(path, 'utf8')
        } catch {
          return ''
        }
      })
    expect(commandLines.filter((text) => text.includes(token))).toEqual([])
    expect(stderr()).not.toContain(token)
    await stop()
  })
})

describe('what cannot be is told', () => {
  test.each([
    ['--nodes', 'x'],
    ['--nodes', '0'],
    ['--port', '70000'],
    ['--path', 'nonsense'],
    ['-f', '/nonexistent'],
  ])('%s %s', async (flag, value) => {
    const { exitCode, stderr, stdout } = await runHitless(['up', flag, value])
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^error: /m)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })

  test('a port that is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    for (const more of [[], ['--no-node']]) {
      const { exitCode, stderr } = await runHitless(['up', '--port', String(port), ...more])
      expect(stderr).toContain(
        `cannot listen on 127.0.0.1:${port}: something listens there already`,
      )
      expect(exitCode).toBe(2)
    }
    server.close()
  })

  test('data that another one has open', async () => {
    await inTemporaryDirectory(async (directory) => {
      const { stop } = await up({ directory })
      const credentials = join(directory, 'credentials.json')
      // These would be made anew, by whoever starts.
      writeFileSync(credentials, 'damaged')
      const { exitCode, stderr } = await runHitless(['up', '--no-node', '--data', directory])
      expect(stderr).toContain('--data')
      expect(exitCode).toBe(2)
      expect(readFileSync(credentials, 'utf8')).toBe('damaged')
      await stop()
    })
  })
})
