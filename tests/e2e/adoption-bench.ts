import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { Container, ContainerStatus, Pod, PodSpec } from '../../src/api/pod.ts'
import type { Client } from '../../src/client/client.ts'
import { newHttpClient } from '../../src/client/http-client.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { startUp, type RunningUp } from '../support/running-up.ts'
import { until } from '../support/until.ts'
import { newTraces, takeTraces } from './leftovers.ts'
import { inTemporaryDirectory } from './run-hitless.ts'

const SETTINGS = `images:
  "app:*": { command: [node, app.mjs] }
  "sh:*": { command: [sh, -c] }
`

/** A cluster with data that is to be killed, and a directory whose files its pods see and write. */
export interface Bench {
  /** Of hitless.yaml and of what programs leave to be read; where containers work. */
  readonly source: string
  readonly data: string
  /** `args`: of `hitless up`. Default none. */
  start(args?: readonly string[]): Promise<Cluster>
}

export interface Cluster extends RunningUp {
  readonly client: Client
}

/** Nothing of it is left afterwards, whether the test ended its last run or not. */
export async function onBench(use: (bench: Bench) => Promise<void>): Promise<void> {
  const before = await takeTraces()
  await inTemporaryDirectory(async (directory) => {
    const bench = await newBench(directory)
    try {
      await use(bench)
    } finally {
      await endAll(bench)
    }
    expect(read('/proc/self/mounts')).not.toContain(directory)
  })
  // All its files are in that directory.
  expect((await newTraces(before)).strangers).toEqual([])
}

async function newBench(directory: string): Promise<Bench> {
  const source = join(directory, 'source')
  const data = join(directory, 'data')
  await mkdir(source)
  writeFileSync(join(source, 'hitless.yaml'), SETTINGS)
  return {
    source,
    data,
    async start(args = []) {
      const running = await startUp({ args, directory: data, cwd: source })
      const client = clientOf(running)
      onTestFinished(() => kill(running.processId))
      await until('the default account', async () => {
        const { items } = await client.list('ServiceAccount', { namespace: 'default' })
        return items.length > 0
      })
      return { ...running, client }
    },
  }
}

export function clientOf({ url: baseUrl, authority, token }: RunningUp): Client {
  const caller = liveHttpCallers().open({ baseUrl, authority })
  onTestFinished(() => caller.close())
  return newHttpClient({ caller, clock: liveClock(), token })
}

/** What a failed test has left would hold its directory. */
async function endAll({ data }: Bench): Promise<void> {
  const holder = holderOf(data)
  await killAll([...nodesOf(data), ...(holder === undefined ? [] : [holder])])
}

/** Both processes of hitless that have these data, at once. */
export async function killHitless(data: string): Promise<void> {
  const nodes = nodesOf(data)
  // A program that is just being started is a third one.
  expect(nodes.length).toBeGreaterThanOrEqual(2)
  await killAll(nodes)
}

export async function killAll(processIds: readonly number[]): Promise<void> {
  for (const one of processIds) kill(one)
  await until('they are gone', async () => !processIds.some(isRunning))
}

/** Processes of Node that run hitless with these data. */
export function nodesOf(data: string): readonly number[] {
  return processes((words) => words[0]?.endsWith('node') === true && words.includes(data))
}

/** Shells of containers with a script that has this `part`, as this machine sees them. */
export function programsWith(part: string): readonly number[] {
  return processes((words) => words[1] === '-c' && words[2]?.includes(part) === true)
}

export function processes(
  isMeant: (words: readonly string[], processId: number) => boolean,
): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((processId) => isRunning(processId))
    .filter((processId) => isMeant(read(`/proc/${processId}/cmdline`).split('\0'), processId))
}

/** Undefined where nothing outlives hitless. */
export function holderOf(data: string): number | undefined {
  const text = read(join(data, 'sandbox.json'))
  return text === '' ? undefined : Number(JSON.parse(text).processId)
}

/**
 * Of a zombie the kernel tells no current directory. One that was killed may be one while its threads still end, and as long as
 * one of them is there its files are open: the pipes of containers, say, which then seem to have a reader.
 */
export function isRunning(processId: number): boolean {
  const [, threads = '0'] = /^Threads:\s*(\d+)$/m.exec(read(`/proc/${processId}/status`)) ?? []
  return existsSync(`/proc/${processId}/cwd`) || Number(threads) > 1
}

export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

export function kill(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** A container that runs a script of a shell. */
export function shell(name: string, script: string, more: Partial<Container> = {}): Container {
  return { name, image: 'sh:v1', args: [script], ...more }
}

export function podOf(name: string, spec: PodSpec): Pod {
  const metadata = { name, namespace: 'default' }
  const grace = { terminationGracePeriodSeconds: 1 }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...grace, ...spec } }
}

export function getPod(client: Client, name: string): Promise<Pod> {
  return client.get('Pod', { namespace: 'default', name })
}

export function isReady({ status }: Pod): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  )
}

export async function untilReady(client: Client, name: string): Promise<Pod> {
  await until(`${name} is ready`, async () => isReady(await getPod(client, name)))
  return getPod(client, name)
}

/** Of any kind of container. */
export function statusOf({ status }: Pod, container: string): ContainerStatus | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = status ?? {}
  return [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container)
}
