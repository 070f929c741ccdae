import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pod, PodStatus } from '../../src/api/pod.ts'
import type { Client } from '../../src/client/client.ts'
import { inProcessClient } from '../../src/client/in-process-client.ts'
import { startNode } from '../../src/node/agent.ts'
import type { Runtime } from '../../src/runtime/runtime.ts'
import { startSandboxRuntime } from '../../src/runtime/sandbox-runtime.ts'
import { Store } from '../../src/store/store.ts'
import type { FactBody } from '../../src/timeline/fact.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { type Behaviour, realCommand } from './behaviour.ts'
import { eventsOf, parseEvent, type TimedEvent } from './events.ts'
import { podSpecOf } from './pod-of-row.ts'
import type { TimingRow } from './row.ts'

/** A node that runs real processes, for as many lives as are asked of it. */
export interface LiveNode {
  /** One life, until all that is expected has come. */
  live(row: TimingRow, name: string): Promise<LivedRow>
  stop(): Promise<void>
}

export interface LivedRow {
  /** Since the pod was bound to the node. */
  readonly events: readonly TimedEvent[]
  /** How long its sandbox and its containers took to start, and how late their programs were: all of them together. */
  readonly lateMs: number
}

interface Recorded {
  readonly facts: (FactBody & { readonly atMs: number })[]
  readonly statuses: { readonly atMs: number; readonly status: PodStatus }[]
  readonly deletions: { readonly atMs: number }[]
}

/** Past the last event that is expected: what has not come then does not come. */
const PATIENCE_MS = 10_000
const LOOK_MS = 100

/** To be called inside namespaces of its own. */
export async function startLiveNode(rows: readonly TimingRow[]): Promise<LiveNode> {
  const world = liveWorld()
  const { clock, random, network } = world
  const programs = new Map<string, Behaviour>(
    rows.flatMap((row, index) =>
      Object.entries(row.programs).map(([name, program]) => [`${index}/${name}`, program] as const),
    ),
  )
  const runtime = await startSandboxRuntime({
    ...world,
    images: (image) => {
      const program = programs.get(image)
      return program && { command: realCommand(program), env: {}, workingDir: '/' }
    },
  })
  const starts = timeStarts(runtime)
  const lives = new Map<string, Recorded>()
  const nowMs = () => clock.monotonicNs() / 1_000_000
  const store = inProcessClient(new Store({ clock, random }))
  const directory = mkdtempSync(join(tmpdir(), 'hitless-timing-'))
  const node = await startNode({
    world: { clock, random, network },
    client: noting(store, lives, nowMs),
    runtime,
    recorder: {
      record: (fact) => {
        if ('pod' in fact) lives.get(fact.pod.name)?.facts.push({ ...fact, atMs: nowMs() })
      },
    },
    nodeName: 'node-1',
    logDirectory: join(directory, 'logs'),
  })
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))
  return {
    async live(row, name) {
      const recorded: Recorded = { facts: [], statuses: [], deletions: [] }
      lives.set(name, recorded)
      const zeroMs = nowMs()
      const pod = await store.create('Pod', podNamed(name, row, rows.indexOf(row)))
      if (row.deletedAtMs !== undefined) {
        await wait(row.deletedAtMs - (nowMs() - zeroMs))
        await store.delete('Pod', { namespace: 'default', name })
      }
      const lastMs = Math.max(...row.expected.map((line) => parseEvent(line).atMs))
      const seen = () => eventsOf(recorded).map(({ atMs, text }) => ({ atMs: atMs - zeroMs, text }))
      while (nowMs() - zeroMs < lastMs + PATIENCE_MS && isMissing(row, seen())) await wait(LOOK_MS)
      const { uid = '' } = pod.metadata
      const programMs = programLateMs(join(directory, 'logs', `default_${name}_${uid}`))
      return { events: seen(), lateMs: (starts.get(uid) ?? 0) + programMs }
    },
    async stop() {
      await node.stop()
      await runtime.stop()
      rmSync(directory, { recursive: true })
    },
  }
}

/** The API of the node, with what it writes about each pod. */
function noting(client: Client, lives: ReadonlyMap<string, Recorded>, nowMs: () => number): Client {
  return {
    ...client,
    patch: (kind, name, patch, options) => {
      const status: unknown = patch['status']
      const life = lives.get(name.name)
      if (kind === 'Pod' && life !== undefined && isStatus(status)) {
        life.statuses.push({ atMs: nowMs(), status })
      }
      return client.patch(kind, name, patch, options)
    },
    delete: (kind, name, options) => {
      if (kind === 'Pod') lives.get(name.name)?.deletions.push({ atMs: nowMs() })
      return client.delete(kind, name, options)
    },
  }
}

function isStatus(status: unknown): status is PodStatus {
  return typeof status === 'object' && status !== null && 'phase' in status
}

function podNamed(name: string, row: TimingRow, index: number): Pod {
  const spec = podSpecOf(row)
  const imaged = <C extends { readonly image?: string }>(containers: readonly C[]) =>
    containers.map((container) => ({ ...container, image: `${index}/${container.image}` }))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      ...spec,
      containers: imaged(spec.containers),
      ...(spec.initContainers === undefined ? {} : { initContainers: imaged(spec.initContainers) }),
    },
  }
}

/** How long what it has been asked to make and start took, by sandbox. */
function timeStarts(runtime: Runtime): ReadonlyMap<string, number> {
  const tookMs = new Map<string, number>()
  const time = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const beganMs = performance.now()
    const done = await work()
    tookMs.set(id, (tookMs.get(id) ?? 0) + performance.now() - beganMs)
    return done
  }
  const createSandbox = runtime.createSandbox.bind(runtime)
  const startContainer = runtime.startContainer.bind(runtime)
  runtime.createSandbox = (config) => time(config.id, () => createSandbox(config))
  runtime.startContainer = (config, ...rest) =>
    time(config.sandboxId, () => startContainer(config, ...rest))
  return tookMs
}

/** Of the logs of a pod: the last that each program has said. */
function programLateMs(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.log'))
    .flatMap(
      (file) => /.* late (\S+)\n/s.exec(readFileSync(join(directory, file), 'utf8'))?.[1] ?? [],
    )
    .reduce((sum, ms) => sum + Number(ms), 0)
}

function isMissing({ expected }: TimingRow, seen: readonly TimedEvent[]): boolean {
  const left = seen.map(({ text }) => text)
  return expected.some((line) => {
    const index = left.indexOf(parseEvent(line).text)
    if (index !== -1) left.splice(index, 1)
    return index === -1
  })
}
