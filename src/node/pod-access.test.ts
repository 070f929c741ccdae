import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import type { ContainerTarget, LogOptions, PodAccess } from '../api/pod-access.ts'
import { PortRefusedError, type StreamHandlers } from '../runtime/runtime.ts'
import { SimulatedNetwork } from '../simulator/simulated-network.ts'
import { SimulatedRuntime } from '../simulator/simulated-runtime.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import type { ContainerRecord } from './container/container-record.ts'
import { newPodAccess } from './pod-access.ts'
import type { ContainerView } from './pod/pod-view.ts'

const TARGET: ContainerTarget = { namespace: 'default', name: 'web', uid: 'uid', container: 'app' }
const PLAIN: LogOptions = { follow: false, previous: false, timestamps: false }

/** A node with one pod, whose logs are tables and whose loopback has one port. */
class PlayedRuntime extends SimulatedRuntime {
  readonly logs = new Map<string, string>()
  largestRead = 0

  override async readLog(path?: string, { offset = 0, bytesMax = 0 } = {}): Promise<Uint8Array> {
    const bytes = Buffer.from(this.logs.get(path ?? '') ?? '').subarray(offset, offset + bytesMax)
    this.largestRead = Math.max(this.largestRead, bytes.length)
    return bytes
  }

  override async logSize(path?: string): Promise<number> {
    return Buffer.byteLength(this.logs.get(path ?? '') ?? '')
  }

  override async openLoopback(_: string, port: number, handlers?: StreamHandlers) {
    if (port !== 70) throw new PortRefusedError(`failed to connect to localhost:${port}`)
    handlers?.onOutput('stdout', Buffer.from('on loopback'))
    handlers?.onOutput('stderr', Buffer.from('noise'))
    handlers?.onEnd({ exitCode: 0 })
    return { ...STREAMS, writeInput: () => true }
  }
}

const nothing = () => undefined
const STREAMS = {
  endInput: nothing,
  pause: nothing,
  resume: nothing,
  stop: nothing,
  resize: nothing,
}

const pathOf = (restart: number) => `/logs/default_web_uid/app/${restart}.log`

function play(container: Partial<ContainerRecord> = {}) {
  const clock = newVirtualClock()
  const network = new SimulatedNetwork({ clock })
  const runtime = new PlayedRuntime({ clock, network, apps: {} })
  const view: { record: ContainerRecord; runningId: string | undefined } = {
    record: {
      name: 'app',
      role: 'app',
      restarts: 1,
      containerId: 'uid-app-1',
      phase: { kind: 'running', startedAt: 0, startedWall: '' },
      last: { containerId: 'uid-app-0', exitCode: 1, reason: 'Error', endedAt: 0 },
      ...container,
    },
    runningId: 'uid-app-1',
  }
  const pod = {
    apiVersion: 'v1' as const,
    kind: 'Pod' as const,
    metadata: { name: 'web', namespace: 'default', uid: 'uid' },
    spec: { containers: [{ name: 'app' }] },
  }
  const access = newPodAccess({
    clock,
    network,
    runtime,
    logDirectory: '/logs',
    findPod: (uid) =>
      uid === 'uid'
        ? {
            pod,
            podIP: '10.244.0.2',
            container: (name): ContainerView | undefined => (name === 'app' ? view : undefined),
          }
        : undefined,
  })
  network.addHost('10.244.0.2')
  const write = (restart: number, ...lines: readonly string[]) => {
    const entries = lines.map((line) => `2026-01-01T00:00:00.000000000Z stdout F ${line}\n`)
    runtime.logs.set(pathOf(restart), (runtime.logs.get(pathOf(restart)) ?? '') + entries.join(''))
  }
  return { access, clock, network, view, write, runtime }
}

async function openLog(access: PodAccess, options: Partial<LogOptions> = {}) {
  const seen = { text: '', hasEnded: false }
  const stream = await access.openLog(
    TARGET,
    { ...PLAIN, ...options },
    {
      onData: (bytes) => (seen.text += Buffer.from(bytes).toString()),
      onEnd: () => (seen.hasEnded = true),
    },
  )
  return { seen, stream }
}

test.each<[Partial<LogOptions>, string]>([
  [{}, 'a\nb\nc\n'],
  [{ previous: true }, 'old\n'],
  [{ tailLines: 2 }, 'b\nc\n'],
  [{ tailLines: 0 }, ''],
  [{ tailLines: 9 }, 'a\nb\nc\n'],
  [{ limitBytes: 3 }, 'a\nb'],
  [{ timestamps: true, tailLines: 1 }, '2026-01-01T00:00:00.000000000Z c\n'],
])('a log asked for with %j is %j, and ends', async (options, text) => {
  const { access, clock, write } = play()
  write(0, 'old')
  write(1, 'a', 'b', 'c')
  const { seen } = await openLog(access, options)
  await clock.advance(0)
  expect(seen).toEqual({ text, hasEnded: true })
})

test('a follower gets what comes, and the end when the run has ended, with its last line', async () => {
  const { access, clock, write, view } = play()
  write(1, 'a', 'b')
  const { seen } = await openLog(access, { follow: true, tailLines: 1 })
  await clock.advance(1_000)
  write(1, 'c')
  await clock.advance(1_000)
  expect(seen).toEqual({ text: 'b\nc\n', hasEnded: false })
  write(1, 'last')
  view.runningId = 'uid-app-2'
  await clock.advance(1_000)
  expect(seen).toEqual({ text: 'b\nc\nlast\n', hasEnded: true })
})

test('a sink that pauses is not written to, and a stopped one hears nothing more', async () => {
  const { access, clock, write } = play()
  write(1, ...Array.from({ length: 10_000 }, (_, index) => `line ${index}`))
  const { seen, stream } = await openLog(access)
  stream.pause()
  await clock.advance(1_000)
  const { length } = seen.text
  expect(length).toBeLessThan(70_000)
  stream.resume()
  await clock.advance(0)
  expect(seen.text.split('\n')).toHaveLength(10_001)
  const stopped = await openLog(access, { follow: true })
  stopped.stream.stop()
  await clock.advance(1_000)
  expect(stopped.seen).toEqual({ text: '', hasEnded: false })
})

test('a large log is read in parts, also from behind', async () => {
  const { access, clock, write, runtime } = play()
  write(1, ...Array.from({ length: 50_000 }, (_, index) => `line ${index}`))
  const { seen } = await openLog(access, { tailLines: 20_000 })
  await clock.advance(0)
  expect(seen.text.split('\n').at(0)).toBe('line 30000')
  expect(runtime.largestRead).toBeLessThanOrEqual(64 * 1024)
})

test('what has no log, no process, no pod or no port is refused in the kubelet’s words', async () => {
  const { access, clock, view } = play({ phase: { kind: 'waiting', reason: 'ContainerCreating' } })
  const { last: _, ...record } = view.record
  view.record = record
  view.runningId = undefined
  await expect(openLog(access)).rejects.toMatchObject({
    reason: 'BadRequest',
    message: 'container "app" in pod "web" is waiting to start: ContainerCreating',
  })
  const sink = { onOutput: () => undefined, onExit: () => undefined, onDrain: () => undefined }
  const options = { command: ['ls'], stdin: false, stdout: true, stderr: true, tty: false }
  await expect(access.openExec(TARGET, options, sink)).rejects.toThrow(
    'container not found ("app")',
  )
  const none = {
    onData: () => undefined,
    onDrain: () => undefined,
    onEnd: () => undefined,
    onClose: () => undefined,
  }
  await expect(access.openPort({ ...TARGET, uid: 'other' }, 80, none)).rejects.toThrow(
    'pod does not exist',
  )
  const refused = expect(access.openPort(TARGET, 80, none)).rejects.toThrow(
    'failed to connect to localhost:80',
  )
  await clock.advance(1_000)
  await refused
})

test('a port is reached at the pod’s address, or on its loopback', async () => {
  const { access, clock, network } = play()
  await network.listen({ host: '10.244.0.2', port: 80 }, (connection) => ({
    onOpen: () => undefined,
    onData: (bytes) => {
      connection.write(bytes)
      connection.end()
    },
    onEnd: () => undefined,
    onClose: () => undefined,
  }))
  const seen: string[] = []
  const sink = {
    onData: (bytes: Uint8Array) => seen.push(Buffer.from(bytes).toString()),
    onDrain: () => undefined,
    onEnd: () => seen.push('end'),
    onClose: (error?: string) => seen.push(error ?? 'closed'),
  }
  const opening = access.openPort(TARGET, 80, sink)
  await clock.advance(100)
  const port = await opening
  port.write(Buffer.from('echo'))
  await clock.advance(100)
  port.end()
  await clock.advance(100)
  expect(seen.splice(0)).toEqual(['echo', 'end', 'closed'])
  const onLoopback = access.openPort(TARGET, 70, sink)
  await clock.advance(100)
  await onLoopback
  expect(seen).toEqual(['on loopback', 'end', 'closed'])
})
