/**
 * The embedded API server beside Kubernetes' own, with the same client in the same run. Prints Markdown.
 * Usage: `npm run build && npm run bench:api [rounds, default 3]`. The peer is optional:
 * REAL_KUBECONFIG names its kubeconfig, REAL_PIDS the process ids of kube-apiserver and etcd (`12,13`).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { measureStart, type Start } from './api-start.ts'
import { openTarget, residentMib, type ApiTarget } from './api-target.ts'
import { measureWork, quantile, type FanOut, type Measured, type WorkSize } from './api-work.ts'

const ROUNDS = Number(process.argv[2] ?? 3)
const STARTS = 5
const SIZE: WorkSize = {
  objects: 1_000,
  gets: 3_000,
  lists: 30,
  watchers: 100,
  changes: 50,
  connections: 8,
}
const MAIN = new URL('../dist/cli/main.js', import.meta.url).pathname

interface Result {
  readonly rounds: Awaited<ReturnType<typeof measureWork>>[]
  /** After the first start, and after all the work; of all processes. */
  readonly memoryMibBefore: number
  memoryMibAfter: number
}

const starts: Start[] = []
for (let start = 0; start < STARTS; start++) starts.push(await measureStart())
const directory = mkdtempSync(join(tmpdir(), 'hitless-bench-'))
const ours = await startOurs(directory)
try {
  const targets = [ours.target, ...realTarget()]
  const results = new Map<ApiTarget, Result>(
    targets.map((target) => [
      target,
      { rounds: [], memoryMibBefore: memoryOf(target), memoryMibAfter: 0 },
    ]),
  )
  for (let round = 0; round < ROUNDS; round++) {
    for (const [target, result] of results) {
      result.rounds.push(await measureWork(target, SIZE))
      result.memoryMibAfter = memoryOf(target)
    }
  }
  print(facts(targets))
  print(startTable())
  print(workTable([...results.values()]))
  print(fanOutTable([...results.values()]))
  print(memoryTable([...results]))
  for (const { agent } of targets) agent.destroy()
} finally {
  await ours.stop()
  rmSync(directory, { recursive: true, force: true })
}

async function startOurs(data: string) {
  const child = spawn(process.execPath, [MAIN, 'up', '--no-node', '--data', data], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<'ended'>((resolve) => child.once('close', () => resolve('ended')))
  let text = ''
  const ready = new Promise<'ready'>((resolve) => {
    child.stderr.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      if (/^ready /m.test(text)) resolve('ready')
    })
  })
  if ((await Promise.race([ready, ended])) === 'ended') throw new Error(`hitless up ended: ${text}`)
  const options = { processIds: [child.pid ?? 0], connections: SIZE.connections }
  return {
    target: openTarget('hitless', join(data, 'kubeconfig'), options),
    stop: async () => {
      child.kill('SIGINT')
      await ended
    },
  }
}

function realTarget(): ApiTarget[] {
  const { REAL_KUBECONFIG, REAL_PIDS = '' } = process.env
  if (REAL_KUBECONFIG === undefined) return []
  const processIds = REAL_PIDS.split(',').map(Number)
  const options = { processIds, connections: SIZE.connections }
  return [openTarget('kube-apiserver + etcd', REAL_KUBECONFIG, options)]
}

function memoryOf({ processIds }: ApiTarget): number {
  return processIds.reduce((sum, id) => sum + residentMib(id), 0)
}

function facts(targets: readonly ApiTarget[]): string {
  const [first] = cpus()
  return `# The API server

- machine: ${cpus().length} × ${first?.model.trim()}, Linux ${release()}, Node ${process.version}
- load average: ${loadavg()[0]?.toFixed(1)}: the higher, the less do rates and latencies tell; CPU time tells still
- measured: ${targets.map(({ name }) => name).join(', ')}; ${ROUNDS} rounds, medians
- client: node:https, HTTP/1.1 over TLS, JSON, ${SIZE.connections} connections; pods of about 1 kB, bound to no node
- CPU is user and system time of the server's processes; hitless writes its journal, and runs its controllers in the same process
`
}

function startTable(): string {
  const row = (what: string, wall: keyof Start, cpu: keyof Start) =>
    `| ${what} | ${spread(starts.map((start) => start[wall]))} | ${spread(starts.map((start) => start[cpu]))} |`
  const rest = (wall: 'firstMs' | 'secondMs', cpu: 'firstCpuMs' | 'secondCpuMs') => {
    const times = starts.map((start) => start[wall] - start.commandMs)
    const cpuTimes = starts.map((start) => start[cpu] - start.commandCpuMs)
    return `| … after the command's own start-up | ${spread(times)} | ${spread(cpuTimes)} |`
  }
  return `## From the command to the first 200 of /readyz

Median (least to most) of ${STARTS} starts.

| | time, ms | CPU, ms |
| --- | ---: | ---: |
${row('hitless --version', 'commandMs', 'commandCpuMs')}
${row('first start, with new certificates', 'firstMs', 'firstCpuMs')}
${rest('firstMs', 'firstCpuMs')}
${row('second start, with the same data', 'secondMs', 'secondCpuMs')}
${rest('secondMs', 'secondCpuMs')}

Resident when ready: ${spread(starts.map(({ memoryMib }) => memoryMib))} MiB.
`
}

function spread(values: readonly number[]): string {
  return `${number(quantile(values, 0.5))} (${number(Math.min(...values))} to ${number(Math.max(...values))})`
}

function workTable(results: readonly Result[]): string {
  const operations = results[0]?.rounds[0]?.operations.map(({ operation }) => operation) ?? []
  const rows = operations.map((operation, index) => {
    const median = (key: 'perSecond' | 'cpuUs') =>
      results.map(({ rounds }) => {
        const measured = rounds.map(({ operations }): Measured | undefined => operations[index])
        return quantile(
          measured.map((each) => each?.[key] ?? Number.NaN),
          0.5,
        )
      })
    const [rates, cpuTimes] = [median('perSecond'), median('cpuUs')]
    return `| ${operation} | ${cells(rates)} | ${cells(cpuTimes)} |`
  })
  return `## Requests

| | per second | of the peer | ratio | CPU per request, µs | of the peer | ratio |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`
}

function fanOutTable(results: readonly Result[]): string {
  const row = (what: string, key: keyof FanOut) => {
    const values = results.map(({ rounds }) =>
      quantile(
        rounds.map(({ fanOut }) => fanOut[key]),
        0.5,
      ),
    )
    return `| ${what} | ${cells(values)} |`
  }
  return `## A change told to ${SIZE.watchers} watchers

| | hitless | of the peer | ratio |
| --- | ---: | ---: | ---: |
${row('until a watcher has it, ms, p50', 'latencyMsP50')}
${row('until a watcher has it, ms, p99', 'latencyMsP99')}
${row('until the last watcher has it, ms, p50', 'lastMsP50')}
${row('CPU per event and watcher, µs', 'cpuUs')}
`
}

function memoryTable(results: readonly (readonly [ApiTarget, Result])[]): string {
  const rows = results.map(
    ([{ name }, { memoryMibBefore, memoryMibAfter }]) =>
      `| ${name} | ${number(memoryMibBefore)} | ${number(memoryMibAfter)} |`,
  )
  return `## Resident memory

| | before, MiB | after the work, MiB |
| --- | ---: | ---: |
${rows.join('\n')}
`
}

/** Ours, the peer's, and ours divided by the peer's; empty without a peer. */
function cells([own = Number.NaN, peer]: readonly number[]): string {
  if (peer === undefined) return `${number(own)} | | `
  return `${number(own)} | ${number(peer)} | ${(own / peer).toFixed(2)}`
}

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
