import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ContainerStatus } from '../../src/api/pod.ts'
import type { Client } from '../../src/client/client.ts'
import { kubectlMissing, kubectls } from '../support/kubectl.ts'
import { openRealCluster } from '../support/real-cluster.ts'
import { startUp } from '../support/running-up.ts'
import { until } from '../support/until.ts'
import { NO_TRACES, newTraces, takeTraces } from './leftovers.ts'
import { inTemporaryDirectory } from './run-hitless.ts'

const APP = `require('http').createServer((_, answer) => answer.end('app')).listen(8080)`
const ASK = `fetch('http://127.0.0.1:8080').then(async (answer) => console.log(await answer.text()))`
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'app' },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'app', image: 'app:v1' }],
  },
}
const KEY = { namespace: 'default', name: 'app' }

const runFile = promisify(execFile)
const kubectl = kubectls().at(-1)

interface Debugged {
  readonly client: Client
  readonly env: NodeJS.ProcessEnv
  readonly ask: (...args: readonly string[]) => Promise<string>
  /** Of a debugging container. */
  readonly statusOf: (name: string) => Promise<ContainerStatus | undefined>
  readonly stop: () => Promise<void>
}

async function startCluster(directory: string): Promise<Debugged> {
  const images = {
    'app:*': { command: [process.execPath, '-e', APP] },
    'shell:*': { command: ['/bin/sh'] },
  }
  writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify({ images }))
  writeFileSync(join(directory, 'pod.json'), JSON.stringify(POD))
  const up = await startUp({ args: ['-f', directory] })
  const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-test')
  onTestFinished(close)
  const env = { ...process.env, KUBECONFIG: up.kubeconfig }
  const ask = async (...args: readonly string[]) =>
    (await runFile(kubectl?.path ?? '', args, { env, timeout: 60_000 })).stdout
  await ask('wait', '--for=condition=Ready', 'pod/app', '--timeout=60s')
  const statusOf = async (name: string) => {
    const { status } = await client.get('Pod', KEY)
    return status?.ephemeralContainerStatuses?.find((one) => one.name === name)
  }
  return { client, env, ask, statusOf, stop: up.stop }
}

describe.skipIf(kubectl === undefined)(`kubectl debug${kubectlMissing()}`, () => {
  test('looks into a pod that runs, and is of no account to it', async () => {
    const before = await takeTraces()
    await inTemporaryDirectory(async (directory) => {
      const { client, env, ask, statusOf, stop } = await startCluster(directory)

      // Joined by input and output, in the network of the pod, beside the process of its container.
      const script = `echo "net $(${process.execPath} -e "${ASK}")"; echo "one $(tr '\\0' ' ' </proc/1/cmdline)"; exit 7\n`
      const args = ['debug', 'app', '--image=shell:v1', '-c', 'look', '-i', '--target=app', '-q']
      const child = spawn(kubectl?.path ?? '', args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
      let output = ''
      child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
      child.stdin.end(script)
      await once(child, 'close')
      expect(output).toContain('net app')
      expect(output).toContain(`one ${process.execPath}`)

      // Never started again, and no part of what the pod is.
      await until(
        'it has ended',
        async () => (await statusOf('look'))?.state.terminated !== undefined,
      )
      expect(await statusOf('look')).toMatchObject({
        image: 'shell:v1',
        ready: false,
        restartCount: 0,
        lastState: {},
        state: { terminated: { exitCode: 7, reason: 'Error' } },
      })
      expect(await statusOf('look')).not.toHaveProperty('started')
      const { status } = await client.get('Pod', KEY)
      expect(status?.phase).toBe('Running')
      expect(status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 })
      expect(await ask('logs', 'app', '-c', 'look')).toContain('net app')
      const fields = await ask(
        'get',
        'events',
        '-o',
        'jsonpath={.items[*].involvedObject.fieldPath}',
      )
      expect(fields).toContain('spec.ephemeralContainers{look}')

      // One that runs takes commands, and ends with the pod.
      await ask('debug', 'app', '--image=shell:v1', '-c', 'stay', '--', 'sh', '-c', 'sleep 1000')
      await until('it runs', async () => (await statusOf('stay'))?.state.running !== undefined)
      expect(await ask('exec', 'app', '-c', 'stay', '--', 'echo', 'there')).toBe('there\n')
      // Without a target it has processes of its own.
      expect(await ask('exec', 'app', '-c', 'stay', '--', 'cat', '/proc/1/comm')).toBe('sh\n')
      await ask('delete', 'pod', 'app', '--timeout=60s')
      await stop()
    })
    expect(await newTraces(before)).toEqual(NO_TRACES)
  })

  test('waits where its image or its target is missing', async () => {
    await inTemporaryDirectory(async (directory) => {
      const { ask, statusOf, stop } = await startCluster(directory)
      onTestFinished(stop)
      await ask('debug', 'app', '--image=unknown:v1', '-c', 'no-image')
      await until('it has no image', async () => {
        const { waiting } = (await statusOf('no-image'))?.state ?? {}
        return /^(ErrImagePull|ImagePullBackOff)$/.test(waiting?.reason ?? '')
      })
      // The client would not name a target that is not there; the API takes it.
      const container = { name: 'no-target', image: 'shell:v1', targetContainerName: 'none' }
      const patch = JSON.stringify({ spec: { ephemeralContainers: [container] } })
      const part = '--subresource=ephemeralcontainers'
      const refused = await ask('patch', 'pod', 'app', part, '-p', patch).catch(String)
      expect(refused).toContain('targetContainerName')
    })
  })
})
