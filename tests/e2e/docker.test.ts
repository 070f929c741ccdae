import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import type { Pod } from '../../src/api/pod.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { loadMachineImage } from '../support/docker-image.ts'
import { kubectls } from '../support/kubectl.ts'
import { openRealCluster } from '../support/real-cluster.ts'
import { isRolledOut } from '../support/rollout.ts'
import { startUp } from '../support/running-up.ts'
import { until } from '../support/until.ts'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'
import { edited, writeSample } from './sample.ts'

/** The socket of a Docker engine of this machine that tests may use. */
const { HITLESS_TEST_DOCKER: socketPath = '' } = process.env

const runFile = promisify(execFile)
const PATIENCE = { timeoutMs: 90_000 }
const POLL = { timeout: 90_000 }
const WEB = { namespace: 'default', name: 'web' }

/** Answers its version; at `/PORT/HOST` what it hears from there. */
const SERVER = `
import http from 'node:http'
const server = http.createServer(async ({ url }, response) => {
  response.setHeader('Connection', 'close')
  const [, port, host] = url.split('/')
  if (!host) return response.end(process.env.VERSION)
  const heard = await fetch('http://' + host + ':' + port).then((it) => it.text(), String)
  response.end('heard ' + heard)
})
server.listen(8080, () => console.log('serving ' + process.env.VERSION))
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`

/** The sample, as an image of the engine's. */
const SAMPLE = {
  ...edited('deployment.yaml', 'image: web:v1', 'image: hitless-e2e:v1'),
  // Little enough for a machine that starts containers besides.
  'hitless.yaml':
    'load: { rate: 10/s, timeout: 30s, lanes: { new: 1 } }\npath: none\nbaseline: 1s\nsettle: 1s\n',
  'server.mjs': undefined,
}

/** What the hitless with that process id has in the engine. */
async function inEngine(processId: number): Promise<readonly string[]> {
  const caller = liveHttpCallers().open({ baseUrl: 'http://docker', socketPath })
  const filters = encodeURIComponent(JSON.stringify({ label: ['hitless.owner'] }))
  const list = async (target: string): Promise<readonly { Labels: Record<string, string> }[]> => {
    const { body } = await caller.call({ method: 'GET', target, headers: {}, timeoutMs: 20_000 })
    return JSON.parse(body)
  }
  const found = [
    ...(await list(`/containers/json?all=1&filters=${filters}`)),
    ...(await list(`/networks?filters=${filters}`)),
  ]
  await caller.close()
  const owners = found.map(({ Labels }) => Labels['hitless.owner'] ?? '')
  return owners.filter((owner) => owner.startsWith(`${processId}-`))
}

const skipped = socketPath === '' ? ' (skipped: HITLESS_TEST_DOCKER names no socket)' : ''

describe.skipIf(socketPath === '')(`images in Docker${skipped}`, () => {
  beforeAll(async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${socketPath}`)
    const Entrypoint = [process.execPath, '--input-type=module', '-e', SERVER]
    for (const version of ['v1', 'v2']) {
      const Env = [`VERSION=${version}`, 'PATH=/usr/bin:/bin']
      await loadMachineImage(socketPath, `hitless-e2e:${version}`, { Entrypoint, Env })
    }
  }, 120_000)

  test('a rollout to another image is proven, and nothing is left', async () => {
    await inTemporaryDirectory(async (directory) => {
      await writeSample(directory, SAMPLE)
      let processId = 0
      const args = ['test', directory, '--runtime', 'docker', '--set-image', 'web=hitless-e2e:v2']
      const run = await runHitless([...args, '--output', join(directory, 'run')], {
        onOutput: (_, id) => (processId = id),
      })
      expect(run.stderr).not.toContain('warning')
      expect(run.stdout).toContain('pods in Docker')
      expect(run.stdout).toMatch(/ 0 of \d+ requests dropped during the rollout/)
      // A machine with more to do may prove nothing.
      expect([0, 3]).toContain(run.exitCode)
      expect(await inEngine(processId)).toEqual([])
    })
  })

  test('pods run, roll, reach Services and the host, and are gone after Ctrl-C', async () => {
    const host = createServer((_request, response) => response.end('the host'))
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void host.close())
    const address = host.address()
    const hostPort = typeof address === 'object' ? (address?.port ?? 0) : 0
    await inTemporaryDirectory(async (directory) => {
      const settings = `hostServices: [${hostPort}]\n`
      await writeSample(directory, { ...SAMPLE, 'hitless.yaml': settings })
      const up = await startUp({ args: ['-f', directory, '--runtime', 'docker'] })
      onTestFinished(() => up.stop().catch(() => undefined))
      const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-test')
      onTestFinished(close)
      await until('it is available', () => isRolledOut(client, WEB), PATIENCE)

      const podIP = await podAddress(client)
      const { clusterIP } = (await client.get('Service', WEB)).spec
      const from = async (path: string) => (await fetch(`http://${podIP}:8080/${path}`)).text()
      expect(await from(`8080/${podIP}`)).toBe('heard v1')
      await expect.poll(() => from(`80/${clusterIP}`), POLL).toBe('heard v1')
      expect(await from('80/web')).toBe('heard v1')
      expect(await from('80/web.default.svc.cluster.local')).toBe('heard v1')
      expect(await from(`${hostPort}/host.hitless.internal`)).toBe('heard the host')
      expect(await from(`81/${clusterIP}`)).toMatch(/^heard TypeError/)
      await useKubectl(up.kubeconfig)

      const { template } = (await client.get('Deployment', WEB)).spec
      const containers = [{ ...template.spec.containers[0], image: 'hitless-e2e:v2' }]
      await client.patch('Deployment', WEB, { spec: { template: { spec: { containers } } } })
      await until('the new one is there', () => isRolledOut(client, WEB), PATIENCE)
      const rolled = await podAddress(client)
      expect(await (await fetch(`http://${rolled}:8080/`)).text()).toBe('v2')

      expect(await inEngine(up.processId)).not.toEqual([])
      await up.stop()
      expect(await inEngine(up.processId)).toEqual([])
    })
  })

  test('an image that cannot be had is told in the engine’s words', async () => {
    await inTemporaryDirectory(async (directory) => {
      const pods = { never: 'Never', missing: 'IfNotPresent' }
      for (const [name, imagePullPolicy] of Object.entries(pods)) {
        const containers = [{ name: 'app', image: 'localhost:1/none:v1', imagePullPolicy }]
        const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers } }
        writeFileSync(join(directory, `${name}.json`), JSON.stringify(pod))
      }
      const up = await startUp({ args: ['-f', directory, '--runtime', 'docker'] })
      onTestFinished(() => up.stop())
      const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-test')
      onTestFinished(close)
      const waiting = async (name: string) =>
        (await client.get('Pod', { namespace: 'default', name })).status?.containerStatuses?.[0]
          ?.state?.waiting
      await expect
        .poll(() => waiting('never'), POLL)
        .toMatchObject({
          reason: 'ErrImageNeverPull',
        })
      await expect
        .poll(() => waiting('missing'), POLL)
        .toMatchObject({
          reason: 'ImagePullBackOff',
          message: expect.stringContaining('localhost:1'),
        })
    })
  })

  test('a node of Docker joins a cluster and leaves', async () => {
    const up = await startUp({ args: ['--no-node'] })
    onTestFinished(() => up.stop())
    const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-test')
    onTestFinished(close)
    await inTemporaryDirectory(async (directory) => {
      const args = ['node', directory, '--kubeconfig', up.kubeconfig, '--name', 'in-docker']
      let processId = 0
      const ended = runHitless([...args, '--runtime', 'docker'], {
        onOutput: (_, id) => (processId = id),
      })
      onTestFinished(() => endIfAlive(processId))
      const containers = [{ name: 'web', image: 'hitless-e2e:v1' }]
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: WEB, spec: { containers } }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the API server fills in the rest
      await client.create('Pod', pod as Pod)
      await until(
        'it runs',
        async () => (await podOf(client)).status?.phase === 'Running',
        PATIENCE,
      )
      expect((await podOf(client)).spec.nodeName).toBe('in-docker')
      process.kill(processId, 'SIGINT')
      const { exitCode, stderr } = await ended
      expect(stderr).toContain('pods in Docker')
      expect(exitCode).toBe(0)
      expect(await inEngine(processId)).toEqual([])
    })
  })
})

function podOf(client: Client): Promise<Pod> {
  return client.get('Pod', WEB)
}

/** Of the only one that is not going. */
async function podAddress(client: Client): Promise<string> {
  const { items } = await client.list('Pod', { namespace: 'default' })
  const living = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return living[0]?.status?.podIP ?? ''
}

async function useKubectl(kubeconfig: string): Promise<void> {
  const newest = kubectls().at(-1)
  if (newest === undefined) return
  const kubectl = async (...args: readonly string[]) =>
    (await runFile(newest.path, ['--kubeconfig', kubeconfig, ...args])).stdout
  expect(await kubectl('logs', 'deploy/web')).toBe('serving v1\n')
  expect(await kubectl('exec', 'deploy/web', '--', 'sh', '-c', 'echo $VERSION')).toBe('v1\n')
}

function endIfAlive(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
