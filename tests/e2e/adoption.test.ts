import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import {
  getPod,
  holderOf,
  isReady,
  kill,
  killHitless,
  onBench,
  podOf,
  processes,
  read,
  untilReady,
  type Bench,
  type Cluster,
} from './adoption-bench.ts'

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

const WEB = podOf('web', {
  terminationGracePeriodSeconds: 6,
  containers: [
    {
      name: 'app',
      image: 'app:v1',
      readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
      lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo hooked >>hooks'] } } },
    },
  ],
})

/** A pod `web` that is Ready, on a cluster that is to be killed. */
function withPod(use: (bench: Bench, cluster: Cluster) => Promise<void>): Promise<void> {
  return onBench(async (bench) => {
    writeFileSync(join(bench.source, 'app.mjs'), APP)
    writeFileSync(join(bench.source, 'exit-code'), '-1')
    const cluster = await bench.start()
    await cluster.client.create('Pod', WEB)
    await untilReady(cluster.client, 'web')
    // Until then it may not listen to SIGTERM.
    await untilNextLine(bench)
    await use(bench, cluster)
  })
}

/** As this machine sees them. */
function appsOf({ source }: Bench): readonly number[] {
  return processes((words, processId) => {
    if (words[1] !== 'app.mjs') return false
    return read(`/proc/${processId}/root${source}/app.mjs`) === APP
  })
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
  await withPod(async (bench, { client }) => {
    const apps = appsOf(bench)
    expect(apps).toHaveLength(1)
    const before = await getPod(client, 'web')
    await untilNextLine(bench)
    await killHitless(bench.data)
    await sleep(500)
    expect(appsOf(bench)).toEqual(apps)

    const next = await bench.start()
    const { length } = await linesOf(bench)
    await until('lines go on', async () => (await linesOf(bench)).length > length + 5)
    const after = await getPod(next.client, 'web')
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
  await withPod(async (bench) => {
    const apps = appsOf(bench)
    await untilNextLine(bench)
    await killHitless(bench.data)
    const endedAt = Date.now()
    writeFileSync(join(bench.source, 'exit-code'), '7')
    await until('it has ended', async () => appsOf(bench).length === 0)
    writeFileSync(join(bench.source, 'exit-code'), '-1')
    await sleep(2_000)

    const next = await bench.start()
    // The API shows it as it was until the node has looked.
    await until('it runs again', async () => {
      const pod = await getPod(next.client, 'web')
      return isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount !== 0
    })
    const [status] = (await getPod(next.client, 'web')).status?.containerStatuses ?? []
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
  await withPod(async (bench, { client }) => {
    await client.delete('Pod', WEB.metadata)
    await until('SIGTERM', async () => (await linesOf(bench)).includes('SIGTERM'))
    const { deletionTimestamp = '' } = (await getPod(client, 'web')).metadata
    await killHitless(bench.data)

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
  await withPod(async (bench) => {
    const holder = holderOf(bench.data) ?? 0
    await killHitless(bench.data)
    kill(holder)
    await until('its processes have ended', async () => appsOf(bench).length === 0)
    // Its id is another process's now, of another boot.
    const path = join(bench.data, 'sandbox.json')
    const record = JSON.parse(readFileSync(path, 'utf8'))
    const bootId = '00000000-0000-4000-8000-000000000000'
    writeFileSync(path, JSON.stringify({ ...record, processId: process.pid, bootId }))

    const next = await bench.start()
    await until('it runs again', async () => appsOf(bench).length === 1)
    await until('it is ready', async () => isReady(await getPod(next.client, 'web')))
    expect(holderOf(bench.data)).not.toBe(process.pid)
    await next.stop()
  })
})
