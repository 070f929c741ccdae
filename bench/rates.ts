/**
 * Whether the load engine keeps the rates that it is asked for, against nginx: planned, sent in the time, lateness. Prints Markdown.
 *
 *   npm run bench:rates -- [--seconds 5] [--record]
 *
 * --record writes the table into docs/reference/load-engine.md. Client and server share the machine: where it has two cores, it
 * ends the experiment before the engine does, and the highest rate that was kept is told.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { threadedLoad } from '../src/cli/threads/threaded-load.ts'
import { constantArrivals, type LoadPlan } from '../src/load/plan.ts'
import { severalGenerators } from '../src/load/several-generators.ts'
import { decodeLedger } from '../src/timeline/ledger.ts'
import { isGeneratorOutcome } from '../src/timeline/outcome.ts'
import { clockOriginNow, liveClock } from '../src/world/live/clock.ts'
import { formatTable } from '../tests/support/markdown-table.ts'
import { type BenchServer, SERVER_PIN, startServer } from './load-server.ts'

const PAGE = fileURLToPath(new URL('../docs/reference/load-engine.md', import.meta.url))
const BLOCK = /<!-- rates -->\n[^]*?<!-- end of rates -->/
const RATES = [500, 5_000, 20_000, 60_000]
/** Of the asked rate. */
const OFF_MAX = 0.001
const SEARCH_STEPS = 6
const SEARCH_FROM = 2_000

interface Way {
  readonly name: string
  readonly workers: number
  readonly protocol: 'http1' | 'http2'
}

const WAYS: readonly Way[] = [
  { name: 'HTTP/1.1, 64 connections', protocol: 'http1', workers: 1 },
  { name: 'HTTP/2, 4 connections', protocol: 'http2', workers: 1 },
  { name: 'HTTP/2, 4 connections, 2 workers', protocol: 'http2', workers: 2 },
]

interface Kept {
  readonly planned: number
  readonly sentInTime: number
  readonly notSent: number
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly isExact: boolean
  /** Of this process, without the server: what it sends, reads, records, and hands to this script. */
  readonly cpuUsPerRequest: number
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    record: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const origin = clockOriginNow()
const clock = liveClock(origin)
const server = await startServer(SERVER_PIN)
const rows: string[][] = []
const highest: string[] = []
try {
  for (const way of WAYS) await tryWay(server, way)
} finally {
  await server.stop()
}
const text = page()
process.stdout.write(text)
if (values.record) {
  const block = `<!-- rates -->\n\n${text}\n<!-- end of rates -->`
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(BLOCK, () => block),
  )
}

async function tryWay({ port, h2cPort }: BenchServer, way: Way): Promise<void> {
  const to = way.protocol === 'http1' ? port : h2cPort
  if (to === undefined) return
  let kept = 0
  for (const rate of RATES) {
    const run = await atRate(to, way, rate)
    rows.push(rowOf(way, rate, run))
    process.stderr.write(`${rows.at(-1)?.join(' · ')}\n`)
    if (run.isExact) kept = rate
  }
  const last = RATES.at(-1) ?? 0
  if (kept === last) return
  let [low, high] = [Math.max(kept, SEARCH_FROM), last]
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const rate = Math.round(Math.sqrt(low * high))
    if ((await atRate(to, way, rate)).isExact) low = kept = rate
    else high = rate
  }
  highest.push(
    `${way.name}: ${last.toLocaleString('en')} requests per second were more than this machine could do; ` +
      `the highest rate that was kept is ${kept.toLocaleString('en')}.`,
  )
}

async function atRate(port: number, { protocol, workers }: Way, rate: number): Promise<Kept> {
  const isHttp2 = protocol === 'http2'
  const plan: LoadPlan = {
    target: { host: '127.0.0.1', port, authority: '127.0.0.1' },
    protocol,
    requests: [{ method: 'GET', path: '/', headers: {}, weight: 1 }],
    arrivals: constantArrivals(rate),
    durationMs: seconds * 1_000,
    lanes: [
      {
        lane: 'reused',
        share: 1,
        connections: isHttp2 ? 4 : 64,
        ...(isHttp2 ? { streamsMax: 100 } : {}),
      },
    ],
    timeoutMs: 5_000,
    connectTimeoutMs: 2_000,
    okStatuses: [[200, 399]],
    connectionsMax: 256,
  }
  const sentAt: number[] = []
  let notSent = 0
  const generator = severalGenerators(
    clock,
    workers,
    threadedLoad(origin),
  )(plan, {
    onRecords(bytes) {
      for (const record of decodeLedger(bytes)) {
        if (isGeneratorOutcome(record.outcome)) notSent++
        else sentAt.push(record.sentAt)
      }
    },
    onRow: () => undefined,
    onStall: () => undefined,
  })
  const { startedAt } = await generator.start()
  const before = process.cpuUsage()
  const { planned, latenessMs } = await generator.finished
  const { user, system } = process.cpuUsage(before)
  const endsAt = startedAt + seconds * 1e9
  const sentInTime = sentAt.filter((at) => at > 0 && at < endsAt).length
  const isPlanned = planned === rate * seconds
  if (!isPlanned) throw new Error(`${planned} requests were planned, not ${rate * seconds}`)
  const isExact = sentInTime >= planned * (1 - OFF_MAX)
  const cpuUsPerRequest = (user + system) / planned
  return { planned, sentInTime, notSent, latenessMs, isExact, cpuUsPerRequest }
}

function rowOf(
  { name }: Way,
  rate: number,
  { planned, sentInTime, notSent, latenessMs, cpuUsPerRequest }: Kept,
): string[] {
  return [
    name,
    rate.toLocaleString('en'),
    planned.toLocaleString('en'),
    sentInTime.toLocaleString('en'),
    `${((100 * sentInTime) / planned).toFixed(3)} %`,
    String(notSent),
    ...[latenessMs.p50, latenessMs.p99, latenessMs.max].map((ms) => ms.toFixed(2)),
    cpuUsPerRequest.toFixed(1),
  ]
}

function page(): string {
  const head = [
    'how',
    'asked per second',
    'planned',
    'sent in the time',
    'achieved',
    'not sent',
    'lateness p50, ms',
    'p99',
    'max',
    'CPU a request, µs',
  ]
  const [cpu] = cpus()
  const machine = `${cpus().length} × ${cpu?.model.trim()}, load average ${loadavg()[0]?.toFixed(2)}`
  return (
    `${machine}; ${server.description}; ${seconds} s each. Client and server share the machine.\n\n` +
    `${formatTable([head, ...rows])}${highest.map((line) => `\n${line}\n`).join('')}`
  )
}
