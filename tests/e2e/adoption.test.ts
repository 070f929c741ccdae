import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Pod } from '../../src/api/pod.ts'
import type { Client } from '../../src/client/client.ts'
import { newHttpClient } from '../../src/client/http-client.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { startUp, type RunningUp } from '../support/running-up.ts'
import { until } from '../support/until.ts'
import { newTraces, takeTraces } from './leftovers.ts'
import { inTemporaryDirectory } from './run-hitless.ts'

/** Prints a line every 50 ms, and one for each SIGTERM, which it ignores; ends when a file tells it how. */
const APP = `import { readFileSync } from 'node:fs'
let line = 0
const tell = (text) => console.log(text)
process.on('SIGTERM', () => tell('SIGTERM'))
setInterval(() => {
  tell(\`line \${line++}\`)
  try {
    const code = Number(readFileSync('exit-code', 'utf8'))
    if (code < 0) return
    tell('last words')
    process.exit(code)
  } catch {}
}, 50)
`

const SETTINGS = `images:
  "app:*": { command: [node, app.mjs] }
`

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    terminationGracePeriodSeconds: 6,
    containers: [
      {
        name: 'app',
        image: 'app:v1',
        readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
        lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo hooked >>hooks'] } } },
      },
    ],
  },
} as const

interface Bench {
  readonly directory: string
  /** Of the app and of hitless.yaml. */
  readonly source: string
  readonly data: string
  start(): Promise<RunningUp & { readonly client: Client }>
}

/** A pod `web` that is Ready, on a cluster that is to be killed. */
async function withPod(
  use: (bench: Bench, client: Client, running: RunningUp) => Promise<void>,
): Promise<void> {
  const before = await takeTraces()
  await inTemporaryDirectory(async (directory) => {
    const bench = await newBench(directory)
    try {
      const { client, ...running } = await bench.start()
      await client.create('Pod', POD)
      await until('it is ready', async () => isReady(await podOf(client)))
      // Until then it may not listen to SIGTERM.
      await untilNextLine(bench)
      await use(bench, client, running)
    } finally {
      await endAll(bench)
    }
  })
  // All its files are in that directory.
  const { strangers, mounts } = await newTraces(before)
  expect({ strangers, mounts }).toEqual({ strangers: [], mounts: [] })
}

async function newBench(directory: string): Promise<Bench> {
  const source = join(directory, 'source')
  const data = join(directory, 'data')
  await mkdir(source)
  writeFileSync(join(source, 'app.mjs'), APP)
  writeFileSync(join(source, 'hitless.yaml'), SETTINGS)
  writeFileSync(join(source, 'exit-code'), '-1')
  return {
    directory,
    source,
    data,
    async start() {
      const running = await startUp({ args: [], directory: data, cwd: source })
      const { url: baseUrl, authority, token } = running
      const caller = liveHttpCallers().open({ baseUrl, authority })
      onTestFinished(async () => {
        await caller.close()
        kill(running.processId)
      })
      const client = newHttpClient({ caller, clock: liveClock(), token })
      await until('the default account', async () => {
        const { items } = await client.list('ServiceAccount', { namespace: 'default' })
        return items.length > 0
      })
      return { ...running, client }
    },
  }
}

/** What a failed test has left would hold its directory. */
async function endAll({ data }: Bench): Promise<void> {
  const holder = holderOf(data)
  const all = [...nodesOf(data), ...(holder === undefined ? [] : [holder])]
  for (const one of all) kill(one)
  await until('all is gone', async () => all.every((one) => !existsSync(`/proc/${one}/cwd`)))
}

/** Both processes of hitless, at once. */
async function killHitless({ data }: Bench, { processId }: RunningUp): Promise<void> {
  const inner = nodesOf(data)
  expect(inner).toContain(processId)
  expect(inner).toHaveLength(2)
  for (const one of inner) kill(one)
  await until('both are gone', async () => inner.every((one) => !existsSync(`/proc/${one}/cwd`)))
}

/** Processes of Node that run `hitless up` with these data. */
function nodesOf(data: string): readonly number[] {
  return processes((words) => words[0]?.endsWith('node') === true && words.includes(data))
}

/** As this machine sees them. */
function appsOf({ source }: Bench): readonly number[] {
  return processes((words, processId) => {
    if (words[1] !== 'app.mjs') return false
    return read(`/proc/${processId}/root${source}/app.mjs`) === APP
  })
}

function processes(isMeant: (words: readonly string[], processId: number) => boolean) {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((processId) => isMeant(read(`/proc/${processId}/cmdline`).split('\0'), processId))
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function kill(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

function holderOf(data: string): number | undefined {
  const text = read(join(data, 'sandbox.json'))
  return text === '' ? undefined : Number(JSON.parse(text).processId)
}

async function podOf(client: Client): Promise<Pod> {
  return client.get('Pod', POD.metadata)
}

function isReady({ status }: Pod): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  )
}

/** What it printed, in the files of its log. */
async function linesOf({ data }: Bench): Promise<readonly string[]> {
  const logs = join(data, 'logs')
  const names = readdirSync(logs, { recursive: true }).map(String)
  const texts = await Promise.all(
    names.filter((name) => name.endsWith('.log')).map((name) => readFile(join(logs, name), 'utf8')),
  )
  return texts.flatMap((text) => text.split('\n').map((line) => line.split(' ').slice(3).join(' ')))
}

function expectNoGap(lines: readonly string[]): void {
  const numbers = lines.filter((line) => line.startsWith('line ')).map((line) => line.slice(5))
  expect(numbers).toEqual(numbers.map((_, index) => String(index)))
}

/** A reader who has just got a line is not about to get the next one. */
async function untilNextLine(bench: Bench): Promise<void> {
  const { length } = await linesOf(bench)
  await until('a line', async () => (await linesOf(bench)).length > length, { pollMs: 1 })
}

test('a pod goes on when hitless is killed, and is taken over by the next start', async () => {
  await withPod(async (bench, client, running) => {
    const apps = appsOf(bench)
    expect(apps).toHaveLength(1)
    const before = await podOf(client)
    await untilNextLine(bench)
    await killHitless(bench, running)
    await sleep(500)
    expect(appsOf(bench)).toEqual(apps)

    const next = await bench.start()
    const { length } = await linesOf(bench)
    await until('lines go on', async () => (await linesOf(bench)).length > length + 5)
    const after = await podOf(next.client)
    expect(after.status?.containerStatuses).toEqual(before.status?.containerStatuses)
    expect(after.status?.conditions).toEqual(before.status?.conditions)
    expect(after.status?.startTime).toBe(before.status?.startTime)
    expect(appsOf(bench)).toEqual(apps)
    expect(read(join(bench.source, 'hooks'))).toBe('hooked\n')
    expectNoGap(await linesOf(bench))
    const { items: events } = await next.client.list('Event', { namespace: 'default' })
    expect(events.filter(({ reason }) => reason === 'Started')).toHaveLength(1)
    await next.stop()
    expect(appsOf(bench)).toEqual([])
    expect(holderOf(bench.data)).toBeUndefined()
  })
})

test('a container that ended while nobody looked is restarted, with its exit and its last words', async () => {
  await withPod(async (bench, _, running) => {
    const apps = appsOf(bench)
    await untilNextLine(bench)
    await killHitless(bench, running)
    const endedAt = Date.now()
    writeFileSync(join(bench.source, 'exit-code'), '7')
    await until('it has ended', async () => appsOf(bench).length === 0)
    writeFileSync(join(bench.source, 'exit-code'), '-1')
    await sleep(2_000)

    const next = await bench.start()
    // The API shows it as it was until the node has looked.
    await until('it runs again', async () => {
      const pod = await podOf(next.client)
      return isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount !== 0
    })
    const [status] = (await podOf(next.client)).status?.containerStatuses ?? []
    expect(status?.restartCount).toBe(1)
    const end = status?.lastState.terminated
    expect(end).toMatchObject({ exitCode: 7, reason: 'Error' })
    expect(Math.abs(Date.parse(end?.finishedAt ?? '') - endedAt)).toBeLessThan(1_500)
    const lines = await linesOf(bench)
    expectNoGap(lines.slice(0, lines.indexOf('last words')))
    expect(lines).toContain('last words')
    expect(appsOf(bench)).not.toEqual(apps)
    await next.stop()
  })
})

test('the grace period of a pod that is being deleted goes on, and it gets no second SIGTERM', async () => {
  await withPod(async (bench, client, running) => {
    await client.delete('Pod', POD.metadata)
    await until('SIGTERM', async () => (await linesOf(bench)).includes('SIGTERM'))
    const { deletionTimestamp = '' } = (await podOf(client)).metadata
    await killHitless(bench, running)

    const next = await bench.start()
    expect(appsOf(bench)).toHaveLength(1)
    await until('it has ended', async () => appsOf(bench).length === 0)
    const lateMs = Date.now() - Date.parse(deletionTimestamp)
    expect(lateMs).toBeGreaterThan(-500)
    expect(lateMs).toBeLessThan(2_500)
    await until('it is gone', async () => {
      const { items } = await next.client.list('Pod', { namespace: 'default' })
      return items.length === 0
    })
    const lines = await linesOf(bench)
    expect(lines.filter((line) => line === 'SIGTERM')).toHaveLength(1)
    expectNoGap(lines)
    await next.stop()
  })
})

test('after the end of everything, as of the machine, pods are started anew', async () => {
  await withPod(async (bench, _, running) => {
    const holder = holderOf(bench.data) ?? 0
    await killHitless(bench, running)
    kill(holder)
    await until('its processes have ended', async () => appsOf(bench).length === 0)
    // Its id is another process's now, of another boot.
    const path = join(bench.data, 'sandbox.json')
    const record = JSON.parse(readFileSync(path, 'utf8'))
    const bootId = '00000000-0000-4000-8000-000000000000'
    writeFileSync(path, JSON.stringify({ ...record, processId: process.pid, bootId }))

    const next = await bench.start()
    await until('it runs again', async () => appsOf(bench).length === 1)
    await until('it is ready', async () => isReady(await podOf(next.client)))
    expect(holderOf(bench.data)).not.toBe(process.pid)
    await next.stop()
  })
})
