/**
 * The load engine beside the tools that people use, in one run, against one small server. Prints
 * Markdown.
 *
 *   npm run bench:load -- [--seconds 4] [--rounds 3] [--workers 4] [--short] [--long] [--record]
 *
 * --short only sees that all of it runs; --long looks at memory for ten minutes; --record writes what
 * was measured into docs/reference/load-engine.md. `findTools` says which tools it knows.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { formatTable } from '../tests/support/markdown-table.ts'
import {
  BENCH_RATES,
  CLIENT_PIN,
  type Kind,
  KINDS,
  manyCores,
  medianOf,
  Runs,
  WARM_UP_SECONDS,
} from './load-runs.ts'
import { type BenchServer, hasPins, SERVER_PIN, startServer } from './load-server.ts'
import { commandMemory } from './load-memory.ts'
import { findTools, type Measurement, type Tool } from './load-tools.ts'

const PAGE = fileURLToPath(new URL('../docs/reference/load-engine.md', import.meta.url))
const BLOCK = /<!-- measured -->\n[^]*?<!-- end of measured -->/
const LATENESS_MS_MAX = 5
const SEARCH_STEPS = 6

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string', default: '4' },
    short: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
})
const seconds = values.short ? 1 : Number(values.seconds)
const rounds = values.short ? 1 : Number(values.rounds)
const workersMax = values.short ? 2 : Number(values.workers)

const { tools, missing } = findTools()
const server = await startServer(SERVER_PIN)
const runs = new Runs(server, seconds, rounds)
const sections: string[] = []
try {
  tell(machineFacts(server))
  const kinds = KINDS.filter(({ isTls }) => !isTls || server.tlsPort !== undefined)
  for (const kind of kinds) tell(speedTable(kind))
  for (const kind of kinds.filter(({ isTls }) => !isTls)) tell(workersTable(kind))
  tell(rateTable())
  tell(punctualRate())
  tell(allocationTable())
  tell(await memoryOverTime())
} finally {
  await server.stop()
}
if (values.record) {
  const block = `<!-- measured -->\n\n${sections.join('\n')}\n<!-- end of measured -->`
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(BLOCK, () => block),
  )
}

function speedTable(kind: Kind): string {
  const rows = new Map<string, Measurement[]>()
  for (let round = 0; round < rounds; round++) {
    // In turns, so that what disturbs the machine disturbs all.
    for (const tool of tools) {
      const measured = runs.tool(tool, kind, { workers: 1, pin: CLIENT_PIN })
      if (measured !== undefined) rows.set(tool.name, [...(rows.get(tool.name) ?? []), measured])
    }
    const ours = runs.fullSpeed(kind, { workers: 1, pin: CLIENT_PIN })
    rows.set('hitless', [...(rows.get('hitless') ?? []), ours])
  }
  const sorted = [...rows].map(([name, measured]) => ({ name, ...medianOf(measured) }))
  sorted.sort((a, b) => b.requestsPerSecond - a.requestsPerSecond)
  const head = ['tool', 'requests per second', 'client CPU per request, µs']
  const lines = sorted.map(({ name, requestsPerSecond, cpuUsPerRequest }) => [
    name,
    whole(requestsPerSecond),
    cpuUsPerRequest.toFixed(1),
  ])
  return `### Full speed, ${kind.name}\n\n${formatTable([head, ...lines])}`
}

function workersTable(kind: Kind): string {
  const counts = Array.from({ length: workersMax }, (_, index) => index + 1)
  const { pin, cores } = manyCores()
  const rowOf = (name: string, run: (workers: number) => Measurement | undefined) => [
    name,
    ...counts.map((workers) => {
      const measured = runs.repeated(() => run(workers))
      return measured.length === 0 ? '–' : rateAndCpu(medianOf(measured))
    }),
  ]
  const rows = [
    ['tool', ...counts.map((workers) => `${workers} ${workers === 1 ? 'worker' : 'workers'}`)],
    ...tools.map((tool: Tool) =>
      rowOf(tool.name, (workers) => runs.tool(tool, kind, { workers, pin })),
    ),
    rowOf('hitless', (workers) => runs.fullSpeed(kind, { workers, pin })),
  ]
  return (
    `### Workers, ${kind.name}\n\n` +
    `Requests per second, and CPU per request in µs, of threads on ${cores}.\n\n${formatTable(rows)}`
  )
}

function rateAndCpu({ requestsPerSecond, cpuUsPerRequest }: Measurement): string {
  return `${whole(requestsPerSecond)} (${cpuUsPerRequest.toFixed(1)})`
}

function rateTable(): string {
  const rows = BENCH_RATES.map(({ rate, isMixed }) => {
    const results = runs.repeated(() => runs.atRate(rate, isMixed))
    const { requestsPerSecond, cpuUsPerRequest } = medianOf(results)
    const sent = median(results.map(({ sentPerSecond }) => sentPerSecond))
    const lateness = median(results.map(({ latenessMsP99 }) => latenessMsP99))
    const warm = median(results.map(({ latenessMsP99Warm }) => latenessMsP99Warm))
    return [
      whole(rate),
      isMixed ? 'new 20 %, reused 80 %' : 'reused',
      sent.toLocaleString('en', { maximumFractionDigits: 1 }),
      `${((100 * Math.abs(sent - rate)) / rate).toFixed(3)} %`,
      whole(requestsPerSecond),
      lateness.toFixed(2),
      warm.toFixed(2),
      cpuUsPerRequest.toFixed(1),
      `${((cpuUsPerRequest * requestsPerSecond) / 10_000).toFixed(1)} %`,
    ]
  })
  const head = [
    'planned per second',
    'lanes',
    'sent per second',
    'off by',
    'answered per second',
    'lateness p99, ms',
    `after ${WARM_UP_SECONDS} s, ms`,
    'CPU per request, µs',
    'of one core',
  ]
  return `### hitless at a fixed rate\n\n${formatTable([head, ...rows])}`
}

/** The highest rate at which nothing is late: the open loop's own speed limit. */
function punctualRate(): string {
  const found = runs.repeated(() => {
    let [low, high] = [1_000, 200_000]
    for (let step = 0; step < SEARCH_STEPS; step++) {
      // Geometric: the limit is sought as a ratio.
      const rate = Math.round(Math.sqrt(low * high))
      const { latenessMsP99Warm, notSent } = runs.atRate(rate, false)
      if (latenessMsP99Warm < LATENESS_MS_MAX && notSent === 0) low = rate
      else high = rate
    }
    return low
  })
  return (
    `Highest rate with a lateness p99 below ${LATENESS_MS_MAX} ms after ${WARM_UP_SECONDS} s, ` +
    `found in ${SEARCH_STEPS} bisections: ${whole(median(found))} requests per second (${found.map(whole).join(', ')}).\n`
  )
}

function allocationTable(): string {
  const rows = KINDS.filter(({ isTls }) => !isTls).map((kind) => {
    const results = runs.repeated(() => runs.allocations(kind))
    const bytes = results.map(({ heapBytesPerRequest }) => heapBytesPerRequest)
    return [kind.name, whole(median(bytes))]
  })
  const head = ['connections', 'heap per request, bytes']
  return (
    `### Allocation\n\nAll of the engine at full speed, sockets and ledger included; the parser alone: ` +
    `\`node bench/parser.ts\`.\n\n${formatTable([head, ...rows])}`
  )
}

/** Of the command as its users have it. */
async function memoryOverTime(): Promise<string> {
  const lasting = values.long ? 600 : values.short ? 5 : 30
  const url = `http://127.0.0.1:${server.port}/`
  const { entry, peakMb } = await commandMemory(url, 500, lasting)
  return (
    `### Memory\n\nThe most that the process of \`hitless load\` (${entry}) had resident in ` +
    `${lasting} seconds at 500 requests per second: ${peakMb.toFixed(0)} MB.\n`
  )
}

function machineFacts({ description }: BenchServer): string {
  const [first] = cpus()
  return `- machine: ${cpus().length} × ${first?.model.trim()}, Linux ${release()}, Node ${process.version}
- load average before: ${loadavg()[0]?.toFixed(2)}
- server: ${description}; ${hasPins ? 'server on core 0, client on core 1' : 'nothing pinned'}
- ${seconds} s a run, median of ${rounds}; ${runs.connections} connections; CPU is user and system time of the client
- hitless is measured after ${WARM_UP_SECONDS} s: its code is compiled when it runs, which takes about 0.5 s of CPU, once
- hitless writes a ledger record for each request; the others keep counters
- not there: ${missing.length === 0 ? 'none' : missing.join(', ')}
`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function tell(section: string): void {
  sections.push(section)
  process.stdout.write(`${section}\n`)
}
