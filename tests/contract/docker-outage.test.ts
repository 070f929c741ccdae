import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startDockerRuntime } from '../../src/runtime/docker-runtime.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { loadMachineImage } from '../support/docker-image.ts'
import { RuntimeBench, shell } from './runtime-bench.ts'

/** The socket of a Docker engine of this machine that tests may use. */
const { HITLESS_TEST_DOCKER: engineSocket = '' } = process.env

const IMAGE = 'hitless-test:outage'
const GONE =
  /^Docker does not answer any more at .*: until it does, what runs in it is neither seen/
const POLL = { timeout: 15_000 }

/** A socket that leads to the engine for as long as it is open. */
function openProxy() {
  const directory = mkdtempSync(join(tmpdir(), 'docker-outage-'))
  const socketPath = join(directory, 'docker.sock')
  const open = new Set<Socket>()
  let server: Server | undefined
  const proxy = {
    socketPath,
    connect: () =>
      new Promise<void>((resolve) => {
        server = createServer({ allowHalfOpen: true }, (client) => {
          const engine = connect({ path: engineSocket, allowHalfOpen: true })
          for (const socket of [client, engine]) {
            open.add(socket)
            socket.on('error', () => undefined).on('close', () => open.delete(socket))
          }
          client.pipe(engine).pipe(client)
        }).listen(socketPath, resolve)
      }),
    cut() {
      server?.close()
      for (const socket of open) socket.destroy()
    },
  }
  onTestFinished(() => {
    proxy.cut()
    rmSync(directory, { recursive: true })
  })
  return proxy
}

async function startThrough(socketPath: string) {
  const warnings: string[] = []
  const onWarning = (message: string) => warnings.push(message)
  const callers = liveHttpCallers()
  const runtime = await startDockerRuntime({ ...liveWorld(), callers, socketPath, onWarning })
  return { warnings, runtime, bench: new RuntimeBench(runtime, IMAGE) }
}

describe.skipIf(engineSocket === '')('a Docker engine that goes away', () => {
  test('is told once; when it is back, ends and output that were missed are found', async () => {
    await loadMachineImage(engineSocket, IMAGE)
    const proxy = openProxy()
    await proxy.connect()
    const { warnings, runtime, bench } = await startThrough(proxy.socketPath)
    const pod = await bench.pod()
    const ticking = await bench.start(pod.id, shell('while :; do echo tick; sleep 0.2; done'))
    const directory = dirname(proxy.socketPath)
    const mounts = [{ source: directory, target: '/shared', readOnly: false }]
    const script = 'until [ -e /shared/go ]; do sleep 0.1; done; touch /shared/done; exit 7'
    const ending = await bench.start(pod.id, shell(script), { mounts })
    proxy.cut()
    await expect.poll(() => warnings, POLL).toEqual([expect.stringMatching(GONE)])
    await expect(runtime.exec(ticking.id, ['true'], { timeoutMs: 5_000 })).rejects.toThrow('ENOENT')
    // One ends unseen.
    writeFileSync(join(directory, 'go'), '')
    await expect.poll(() => existsSync(join(directory, 'done')), POLL).toBe(true)
    const heard = ticking.output().length
    await proxy.connect()
    expect((await ending.exit).exitCode).toBe(7)
    await expect.poll(() => ticking.output().length, POLL).toBeGreaterThan(heard)
    expect(warnings.at(-1)).toBe('Docker answers again')
    const { exitCode } = await runtime.exec(ticking.id, ['true'], { timeoutMs: 5_000 })
    expect(exitCode).toBe(0)
    await bench.stop()
    expect(warnings).toHaveLength(2)
  }, 120_000)

  test('keeps nothing from ending', async () => {
    const proxy = openProxy()
    await proxy.connect()
    const { warnings, bench } = await startThrough(proxy.socketPath)
    const pod = await bench.pod()
    await bench.start(pod.id, shell('sleep 1000'))
    proxy.cut()
    await expect.poll(() => warnings, POLL).toHaveLength(1)
    await bench.stop()
    expect(warnings.at(-1)).toMatch(/is left, and removed when it is started again$/)
  }, 120_000)
})
