import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Container, Pod } from '../../src/api/pod.ts'
import type { Client } from '../../src/client/client.ts'
import { attempt, descendantsOf } from './process-tree.ts'
import { openRealCluster } from './real-cluster.ts'
import { openLiveHeap } from './live-heap.ts'
import { startUp } from './running-up.ts'

const IMAGE = 'shell:v1'
const PROBE = { periodSeconds: 1, timeoutSeconds: 1 } as const
const HANG_AND_FORK = 'sleep 1000 & setsid sleep 1000 & sleep 1000'
const exec = (script: string) => ({ exec: { command: ['/bin/sh', '-c', script] } })
const shell = (script: string, more: Partial<Container> = {}): Partial<Container> => ({
  args: [script],
  ...more,
})

/** Programs that try to hang a node or to leave something behind. */
export const HOSTILE_PROGRAMS: Readonly<Record<string, Partial<Container>>> = {
  'ignores-sigterm': shell('trap "" TERM; while :; do sleep 1; done'),
  'forks-daemons': shell('for i in 1 2 3; do setsid sleep 1000 & done; (sleep 1000 &); sleep 1000'),
  // 1 MB every 20 ms: 50 MB/s.
  'fills-its-log': shell('while :; do yes 0123456789 | head -c 1000000; sleep 0.02; done'),
  'exits-at-once': shell('exit 0'),
  'never-opens-its-port': shell('sleep 1000', {
    readinessProbe: { httpGet: { port: 8080 }, ...PROBE },
  }),
  'closes-stdout': shell('exec >&- 2>&-; sleep 1000'),
  'missing-binary': { command: ['/there/is/no/such/program'] },
  'post-start-hangs': shell('sleep 1000', { lifecycle: { postStart: exec(HANG_AND_FORK) } }),
  'pre-stop-hangs': shell('sleep 1000', { lifecycle: { preStop: exec(HANG_AND_FORK) } }),
  'probe-hangs-and-forks': shell('sleep 1000', {
    readinessProbe: { ...exec(HANG_AND_FORK), ...PROBE },
  }),
}

/** What a node and all that it has started hold. */
export interface Holdings {
  readonly processes: number
  readonly fileDescriptors: number
  /** Of networks, processes and mounts. */
  readonly namespaces: number
  readonly mounts: number
  /** Pods that the API still has. */
  readonly pods: number
}

export interface HostileRun {
  readonly before: Holdings
  readonly after: Holdings
  /** As often as `measureAfter` asks, and at the end once more, when nothing is left that is kept for a while only. */
  readonly memory: readonly MemoryReading[]
  /** What kind of pod got how far, from what the API showed before it was deleted. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>
}

export interface MemoryReading {
  readonly pods: number
  /** What is alive in the heaps of Node once garbage is collected. */
  readonly liveHeapMiB: number
  /** Of all processes. */
  readonly residentMiB: number
  /** Without Events and with a history of the store that has expired. */
  readonly isExpired: boolean
}

export interface HostileOptions {
  /** Pods of each kind in a round. Default 1. */
  readonly ofEach?: number
  readonly onRound?: () => void
  /** Memory is measured after so many pods. Default: never. */
  readonly measureAfter?: readonly number[]
}

const ROUND_MS_MAX = 60_000
/** The store's history is gone after five minutes, with the next renewal of the node's lease. */
const HISTORY_MS = 330_000
const SETTLE_MS_MAX = 30_000
const LIFE_MS = 2_500

/** Lets pods of all kinds live and deletes them, round by round, on the node of a `hitless up` of its own. */
export async function runHostilePods(
  rounds: number,
  { ofEach = 1, onRound, measureAfter = [] }: HostileOptions = {},
): Promise<HostileRun> {
  const directory = mkdtempSync(join(tmpdir(), 'hostile-pods-'))
  // JSON is YAML.
  const settings = { images: { [IMAGE]: { command: ['/bin/sh', '-c'] } } }
  writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify(settings))
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }
  writeFileSync(join(directory, 'object.yaml'), JSON.stringify(object))
  const heap = openLiveHeap()
  const isMeasured = measureAfter.length > 0
  const args = ['-f', join(directory, 'object.yaml')]
  const up = await startUp({ args, env: isMeasured ? heap.env : {} })
  const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-hostile')
  const seen = new Map<string, Set<string>>()
  const perRound = ofEach * Object.keys(HOSTILE_PROGRAMS).length
  const memory: MemoryReading[] = []
  const measure = async (pods: number, isExpired: boolean) => {
    const ids = descendantsOf(up.processId)
    const liveHeapMiB = (await heap.bytes(ids)) / 1_048_576
    memory.push({ pods, liveHeapMiB, residentMiB: residentMiB(ids), isExpired })
  }
  try {
    // What is made once for all pods is made by the first round.
    await playRound(client, { round: 0, ofEach, seen })
    const before = await settled(client, up.processId)
    for (let round = 1; round <= rounds; round++) {
      await playRound(client, { round, ofEach, seen })
      onRound?.()
      const pods = round * perRound
      if (measureAfter.some((each) => pods >= each && pods - perRound < each)) {
        await measure(pods, false)
      }
    }
    const after = await settled(client, up.processId, before)
    if (isMeasured) {
      await deleteEvents(client)
      await pause(HISTORY_MS)
      await measure(rounds * perRound, true)
    }
    return { before, after, memory, seen }
  } finally {
    heap.close()
    await close()
    await up.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function playRound(
  client: Client,
  {
    round,
    ofEach,
    seen,
  }: { readonly round: number; readonly ofEach: number; readonly seen: Map<string, Set<string>> },
): Promise<void> {
  const kinds = Object.entries(HOSTILE_PROGRAMS)
  const pods = Array.from({ length: ofEach }, (_, copy) =>
    kinds.map(([kind, container]) => podOf(kind, `${kind}-${round}-${copy}`, container)),
  ).flat()
  await Promise.all(pods.map((pod) => client.create('Pod', pod)))
  await pause(LIFE_MS)
  for (const pod of (await client.list('Pod', { namespace: 'default' })).items) {
    const kind = pod.metadata.labels?.['kind'] ?? ''
    seen.set(kind, (seen.get(kind) ?? new Set()).add(stateOf(pod)))
  }
  await Promise.all(
    pods.map(({ metadata: { name } }) => client.delete('Pod', { namespace: 'default', name })),
  )
  await within(ROUND_MS_MAX, async () => (await podCount(client)) === 0)
}

function podOf(kind: string, name: string, container: Partial<Container>): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { kind } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image: IMAGE, ...container }],
    },
  }
}

function stateOf({ status }: Pod): string {
  const state = status?.containerStatuses?.[0]?.state
  if (state?.running !== undefined) return 'running'
  return state?.waiting?.reason ?? state?.terminated?.reason ?? 'unknown'
}

/** Once nothing changes any more, or it is as `wanted`. */
async function settled(client: Client, root: number, wanted?: Holdings): Promise<Holdings> {
  let last: Holdings | undefined
  await within(SETTLE_MS_MAX, async () => {
    const now = await holdingsOf(client, root)
    const isSettled = wanted === undefined ? isSame(now, last) : moreThan(wanted, now).length === 0
    last = now
    return isSettled
  }).catch(() => undefined)
  return holdingsOf(client, root)
}

/** What is held more than before, with how much. */
export function moreThan(before: Holdings, after: Holdings): readonly string[] {
  const earlier = new Map<string, number>(Object.entries(before))
  return Object.entries(after).flatMap(([what, count]: readonly [string, number]) =>
    count > (earlier.get(what) ?? 0) ? [`${what}: ${earlier.get(what)}, then ${count}`] : [],
  )
}

function isSame(one: Holdings, other: Holdings | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

async function holdingsOf(client: Client, root: number): Promise<Holdings> {
  const ids = descendantsOf(root)
  const namespaces = ids.flatMap((id) =>
    ['net', 'pid', 'mnt'].flatMap((kind) => attempt(() => readlinkSync(`/proc/${id}/ns/${kind}`))),
  )
  const mounts = ids.flatMap((id) =>
    attempt(() => readFileSync(`/proc/${id}/mounts`, 'utf8').split('\n').length),
  )
  return {
    processes: ids.length,
    fileDescriptors: sum(ids.flatMap((id) => attempt(() => readdirSync(`/proc/${id}/fd`).length))),
    namespaces: new Set(namespaces).size,
    mounts: sum(mounts),
    pods: await podCount(client),
  }
}

async function podCount(client: Client): Promise<number> {
  return (await client.list('Pod', { namespace: 'default' })).items.length
}

/** What an hour would do. */
async function deleteEvents(client: Client): Promise<void> {
  for (const { metadata } of (await client.list('Event', { namespace: 'default' })).items) {
    await client.delete('Event', { namespace: 'default', name: metadata.name })
  }
}

function residentMiB(ids: readonly number[]): number {
  const kib = ids.flatMap((id) =>
    attempt(() => /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? '0'),
  )
  return sum(kib.map(Number)) / 1024
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

async function within(limitMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + limitMs
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new Error(`not so within ${limitMs} ms`)
    await pause(250)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
