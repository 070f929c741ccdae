import { spawnSync } from 'node:child_process'
import { cpus, loadavg, release } from 'node:os'
import { fileURLToPath } from 'node:url'
import { constantArrivals, type LoadPlan } from '../src/load/plan.ts'
import type { EngineResult, EngineRun } from './load-engine.ts'
import { type BenchServer, startServer } from './load-server.ts'
import { findTools, type Measurement, runTool } from './load-tools.ts'

/**
 * The load engine beside the tools that people use, in one run, against one small server. Prints
 * Markdown. Usage: `npm run bench:load [seconds per run, default 4] [rounds, default 3]`.
 */
const SECONDS = Number(process.argv[2] ?? 4)
const ROUNDS = Number(process.argv[3] ?? 3)
const CONNECTIONS = 64
const LATENESS_MS_MAX = 5
const SEARCH_STEPS = 6
const SPEED_RATES = [30_000, 45_000, 65_000, 90_000, 120_000, 160_000]

const hasPins = cpus().length > 1 && spawnSync('taskset', ['-V']).error === undefined
const SERVER_PIN = hasPins ? ['taskset', '-c', '0'] : []
const CLIENT_PIN = hasPins ? ['taskset', '-c', '1'] : []

const server = await startServer(SERVER_PIN)
try {
  const { tools, missing } = findTools()
  print(machineFacts(server, missing))
  for (const keepsAlive of [true, false]) {
    const rows = new Map<string, Measurement[]>()
    const plan = fullSpeedPlan(keepsAlive)
    const url = `http://127.0.0.1:${server.port}/`
    for (let round = 0; round < ROUNDS; round++) {
      for (const tool of tools) {
        const run = { url, seconds: SECONDS, connections: CONNECTIONS, keepsAlive }
        const measured = runTool(tool, run, CLIENT_PIN)
        if (measured !== undefined) rows.set(tool.name, [...(rows.get(tool.name) ?? []), measured])
      }
      const ours = runEngine({ plan, seconds: SECONDS })
      rows.set('hitless', [...(rows.get('hitless') ?? []), ours])
    }
    print(speedTable(keepsAlive, rows))
  }
  print(rateTable())
  print(punctualRate())
} finally {
  await server.stop()
}

/**
 * The schedule is open, so full speed is sought once: of several rates the one that gave most answers,
 * and a little more, so that work waits at all times, as it does in a closed loop.
 */
function fullSpeedPlan(keepsAlive: boolean): LoadPlan {
  let best = 0
  for (const rate of SPEED_RATES) {
    const plan = { ...planAt(keepsAlive ? rate : rate / 6, keepsAlive), timeoutMs: 60_000 }
    best = Math.max(best, runEngine({ plan, seconds: 1 }).requestsPerSecond)
  }
  return { ...planAt(best * 1.1, keepsAlive), timeoutMs: 60_000 }
}

function planAt(ratePerSecond: number, keepsAlive: boolean): LoadPlan {
  const reused = { lane: 'reused', share: 1, connections: CONNECTIONS } as const
  return {
    target: { host: '127.0.0.1', port: server.port, authority: '127.0.0.1' },
    requests: [{ method: 'GET', path: '/', headers: {}, weight: 1 }],
    arrivals: constantArrivals(ratePerSecond),
    lanes: [keepsAlive ? reused : { lane: 'new', share: 1 }],
    timeoutMs: 5_000,
    connectTimeoutMs: 2_000,
    okStatuses: [[200, 399]],
    connectionsMax: CONNECTIONS,
  }
}

function runEngine(run: EngineRun): EngineResult {
  const entry = fileURLToPath(new URL('./load-engine.ts', import.meta.url))
  const command = [...CLIENT_PIN, process.execPath, entry, JSON.stringify(run)]
  const { stdout, stderr } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8' })
  if (stdout === '') throw new Error(`the engine ended without a result: ${stderr}`)
  const result: EngineResult = JSON.parse(stdout)
  const ended = result.ok + result.failed + result.notSent
  if (ended !== result.planned)
    throw new Error(`${ended} of ${result.planned} requests accounted for`)
  return result
}

function speedTable(
  keepsAlive: boolean,
  rows: ReadonlyMap<string, readonly Measurement[]>,
): string {
  const kind = keepsAlive ? 'reused connections' : 'a new connection for each request'
  const sorted = [...rows].map(([name, runs]) => ({ name, ...medianOf(runs) }))
  sorted.sort((a, b) => b.requestsPerSecond - a.requestsPerSecond)
  const lines = sorted.map(
    ({ name, requestsPerSecond, cpuUsPerRequest }) =>
      `| ${name} | ${whole(requestsPerSecond)} | ${cpuUsPerRequest.toFixed(1)} |`,
  )
  return `## Full speed, ${kind}: ${CONNECTIONS} connections

| tool | requests per second | client CPU per request, µs |
| --- | ---: | ---: |
${lines.join('\n')}
`
}

function rateTable(): string {
  const mixed: LoadPlan['lanes'] = [
    { lane: 'new', share: 0.2 },
    { lane: 'reused', share: 0.8, connections: 16 },
  ]
  const lines = [200, 2_000, 20_000].flatMap((rate) =>
    [undefined, ...(rate <= 2_000 ? [mixed] : [])].map((lanes) => {
      const plan = { ...planAt(rate, true), ...(lanes === undefined ? {} : { lanes }) }
      const runs = times(ROUNDS, () => runEngine({ plan, seconds: SECONDS }))
      const { requestsPerSecond, cpuUsPerRequest } = medianOf(runs)
      const lateness = median(runs.map(({ latenessMsP99 }) => latenessMsP99))
      const memory = median(runs.map(({ memoryMb }) => memoryMb))
      const cpu = (cpuUsPerRequest * requestsPerSecond) / 10_000
      return (
        `| ${whole(rate)} | ${lanes === undefined ? 'reused' : 'new 20 %, reused 80 %'} ` +
        `| ${whole(requestsPerSecond)} | ${cpuUsPerRequest.toFixed(1)} | ${cpu.toFixed(1)} % ` +
        `| ${lateness.toFixed(2)} | ${memory.toFixed(0)} |`
      )
    }),
  )
  return `## hitless at a fixed rate

| planned per second | lanes | answered per second | CPU per request, µs | of one core | lateness p99, ms | memory, MB |
| ---: | --- | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}
`
}

/** The highest rate at which nothing is late: the open loop's own speed limit. */
function punctualRate(): string {
  const found = times(ROUNDS, () => {
    let [low, high] = [1_000, 200_000]
    for (let step = 0; step < SEARCH_STEPS; step++) {
      // Geometric: the limit is sought as a ratio.
      const rate = Math.round(Math.sqrt(low * high))
      const { latenessMsP99, notSent } = runEngine({ plan: planAt(rate, true), seconds: 2 })
      if (latenessMsP99 < LATENESS_MS_MAX && notSent === 0) low = rate
      else high = rate
    }
    return low
  })
  return (
    `Highest rate with a lateness p99 below ${LATENESS_MS_MAX} ms, found in ${SEARCH_STEPS} ` +
    `bisections: ${whole(median(found))} requests per second (${found.map(whole).join(', ')}).\n`
  )
}

function machineFacts({ description }: BenchServer, missing: readonly string[]): string {
  const [first] = cpus()
  return `# Load engine beside other tools

- machine: ${cpus().length} × ${first?.model.trim()}, Linux ${release()}, Node ${process.version}
- load average before: ${loadavg()[0]?.toFixed(2)}
- server: ${description}; ${hasPins ? 'server on core 0, client on core 1' : 'nothing pinned'}
- ${SECONDS} s a run, median of ${ROUNDS} rounds; CPU is user and system time of the client
- hitless writes a ledger record for each request; the others keep counters
- not there: ${missing.length === 0 ? 'none' : missing.join(', ')}
`
}

function medianOf(runs: readonly Measurement[]): Measurement {
  return {
    requestsPerSecond: median(runs.map(({ requestsPerSecond }) => requestsPerSecond)),
    cpuUsPerRequest: median(runs.map(({ cpuUsPerRequest }) => cpuUsPerRequest)),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
