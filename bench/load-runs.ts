import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Arrivals, constantArrivals, type LoadPlan } from '../src/load/plan.ts'
import type { EngineResult, EngineRun } from './load-engine.ts'
import { type BenchServer, hasPins } from './load-server.ts'
import { type Measurement, runTool, type Tool } from './load-tools.ts'

export const CLIENT_PIN = hasPins ? ['taskset', '-c', '1'] : []

const CONNECTIONS = 64
/** Until the compiler has done with what a request runs through, on a core that it shares with it. */
export const WARM_UP_SECONDS = 2
const ENTRY = fileURLToPath(new URL('./load-engine.ts', import.meta.url))

/** How requests reach the server. */
export interface Kind {
  readonly name: string
  readonly keepsAlive: boolean
  readonly isTls: boolean
}

export const KINDS: readonly Kind[] = [
  { name: 'reused connections', keepsAlive: true, isTls: false },
  { name: 'a new connection for each request', keepsAlive: false, isTls: false },
  { name: 'reused connections, TLS', keepsAlive: true, isTls: true },
  { name: 'a new connection for each request, TLS', keepsAlive: false, isTls: true },
]

const [REUSED] = KINDS

export const BENCH_RATES = [
  { rate: 500, isMixed: false },
  { rate: 500, isMixed: true },
  { rate: 5_000, isMixed: false },
  { rate: 5_000, isMixed: true },
  { rate: 20_000, isMixed: false },
  { rate: 60_000, isMixed: false },
]

const MIXED: LoadPlan['lanes'] = [
  { lane: 'new', share: 0.2 },
  { lane: 'reused', share: 0.8, connections: 16 },
]

interface Where {
  readonly workers: number
  readonly pin: readonly string[]
}

/** All cores but the server's, for clients with several threads. */
export function manyCores(): { readonly pin: readonly string[]; readonly cores: string } {
  const last = cpus().length - 1
  if (!hasPins) return { pin: [], cores: `${last + 1} cores, not pinned` }
  const cores = last === 1 ? 'core 1' : `cores 1 to ${last}`
  return { pin: ['taskset', '-c', last === 1 ? '1' : `1-${last}`], cores }
}

/** Runs of tools and of the engine against one server. */
export class Runs {
  readonly connections = CONNECTIONS
  readonly #server: BenchServer
  readonly #seconds: number
  readonly #rounds: number

  constructor(server: BenchServer, seconds: number, rounds: number) {
    this.#server = server
    this.#seconds = seconds
    this.#rounds = rounds
  }

  /** What each round gave, where it gave something. */
  repeated<T>(run: () => T | undefined): T[] {
    const results = Array.from({ length: this.#rounds }, run)
    return results.filter((result) => result !== undefined)
  }

  tool(tool: Tool, kind: Kind, { workers, pin }: Where): Measurement | undefined {
    const scheme = kind.isTls ? 'https' : 'http'
    const url = `${scheme}://127.0.0.1:${this.#portFor(kind)}/`
    const { keepsAlive } = kind
    const run = { url, seconds: this.#seconds, connections: CONNECTIONS, keepsAlive, workers }
    return runTool(tool, run, pin)
  }

  /** As many users as connections, each with its next request when the one before has ended. */
  fullSpeed(kind: Kind, { workers, pin }: Where): EngineResult {
    const plan = this.#plan(kind, { kind: 'users', users: CONNECTIONS })
    return this.#run({ plan, workers }, pin)
  }

  atRate(rate: number, isMixed: boolean): EngineResult {
    const durationMs = (WARM_UP_SECONDS + this.#seconds) * 1_000
    const plan = { ...this.#plan(REUSED!, constantArrivals(rate)), durationMs }
    const lanes = isMixed ? MIXED : plan.lanes
    return this.#run({ plan: { ...plan, lanes }, workers: 1 })
  }

  /** At full speed in one thread, whose heap is looked at: nothing waits, so nothing is kept for later. */
  allocations(kind: Kind): EngineResult {
    const plan = this.#plan(kind, { kind: 'users', users: CONNECTIONS })
    return this.#run({ plan })
  }

  #run(
    what: Pick<EngineRun, 'plan' | 'workers'>,
    pin: readonly string[] = CLIENT_PIN,
  ): EngineResult {
    const run: EngineRun = { ...what, warmUpSeconds: WARM_UP_SECONDS, seconds: this.#seconds }
    const [command, ...args] = [...pin, process.execPath, ENTRY, JSON.stringify(run)]
    const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
    if (stdout === '') throw new Error(`the engine ended without a result: ${stderr}`)
    const result: EngineResult = JSON.parse(stdout)
    const ended = result.ok + result.failed + result.notSent
    if (ended === result.planned) return result
    throw new Error(`${ended} of ${result.planned} requests accounted for`)
  }

  #plan(kind: Kind, arrivals: Arrivals): LoadPlan {
    const reused = { lane: 'reused', share: 1, connections: CONNECTIONS } as const
    const tls = { serverName: 'localhost', isVerified: false, protocols: ['http/1.1'] }
    const address = { host: '127.0.0.1', port: this.#portFor(kind), authority: '127.0.0.1' }
    return {
      target: { ...address, ...(kind.isTls ? { tls } : {}) },
      requests: [{ method: 'GET', path: '/', headers: {}, weight: 1 }],
      arrivals,
      lanes: [kind.keepsAlive ? reused : { lane: 'new', share: 1 }],
      timeoutMs: 5_000,
      connectTimeoutMs: 2_000,
      okStatuses: [[200, 399]],
      // A connection that is closing is open still, and the next one should not wait for it.
      connectionsMax: 4 * CONNECTIONS,
    }
  }

  #portFor({ isTls }: Kind): number {
    return isTls ? (this.#server.tlsPort ?? 0) : this.#server.port
  }
}

export function medianOf(runs: readonly Measurement[]): Measurement {
  const median = (of: (run: Measurement) => number) =>
    runs.map(of).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0
  return {
    requestsPerSecond: median(({ requestsPerSecond }) => requestsPerSecond),
    cpuUsPerRequest: median(({ cpuUsPerRequest }) => cpuUsPerRequest),
  }
}
