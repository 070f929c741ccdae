import { HitlessError } from '../base/error.ts'
import { constantArrivals, type LoadPlan } from '../load/plan.ts'
import { isReplayable } from '../load/replayable.ts'
import { severalGenerators } from '../load/several-generators.ts'
import type { LoadRow } from '../timeline/generator.ts'
import { decodeLedger, type RequestRecord } from '../timeline/ledger.ts'
import { type LoadSummary, summarizeLoad } from '../timeline/load-summary.ts'
import { LoadTally } from '../timeline/load-tally.ts'
import { clockOriginNow, liveClock } from '../world/live/clock.ts'
import type { TlsOptions } from '../world/network.ts'
import { checkOptions } from './load/library-check.ts'
import { readTarget } from './load/options/target-options.ts'
import { requireNode } from './node-version.ts'
import { threadedLoad } from './threads/threaded-load.ts'

export type { Arrivals, LaneShare, RateStage, RequestTemplate } from '../load/plan.ts'
export type { LoadRow } from '../timeline/generator.ts'
export type { Lane, RequestRecord } from '../timeline/ledger.ts'
export type { LatencySummary, LoadSummary, Outage } from '../timeline/load-summary.ts'
export type { Outcome } from '../timeline/outcome.ts'

/** What `load` sends. Everything has a default; what is not said here is as `hitless load` does it. */
export interface LoadOptions extends Partial<Omit<LoadPlan, 'target' | 'shard'>> {
  /** Open loop: requests per second in all; 100 unless `arrivals` or `users` say otherwise. */
  readonly ratePerSecond?: number
  /** Closed loop: so many users, each of whom waits for the answer before the next request. */
  readonly users?: number
  /** https:// only: whom to trust, and who we are. */
  readonly tls?: Partial<TlsOptions>
  /** Threads that share the plan; 1 unless given. */
  readonly workers?: number
  /** Ends the run early: what was planned until then is accounted for. */
  readonly signal?: AbortSignal
  /** Once a second, when all requests of that second have ended. */
  readonly onRow?: (row: LoadRow) => void
  /** Each planned request once, in the order in which they ended. */
  readonly onRecord?: (record: RequestRecord) => void
}

const DURATION_MS_DEFAULT = 10_000
const RATE_DEFAULT = 100
const CONNECTIONS_DEFAULT = 16

/**
 * Sends load to a URL from threads of its own, each request once, and resolves with the account of all of it
 * when the last request has ended. Without `durationMs` and `requestsMax` it takes ten seconds. Throws an
 * error with the code `bad-url` or `load-plan-invalid` before anything is sent; rejects with
 * `load-thread-ended` when what was measured is not complete, and with what a callback throws.
 */
export async function load(url: string | URL, options: LoadOptions = {}): Promise<LoadSummary> {
  requireNode()
  checkOptions(options)
  if (typeof url !== 'string' && !(url instanceof URL)) throw noUrl(url)
  const { workers = 1, signal, onRow, onRecord } = options
  const plan = planOf(String(url), options)
  const origin = clockOriginNow()
  const tally = new LoadTally((template) => isReplayable(plan.requests[template]!))
  const startLoad = severalGenerators(liveClock(origin), workers, threadedLoad(origin))
  const failures: unknown[] = []
  /** What a callback throws ends the load, which then rejects with it. */
  const tell = (callback: () => void) => {
    if (failures.length > 0) return
    try {
      callback()
    } catch (error) {
      failures.push(error)
      stop()
    }
  }
  const generator = startLoad(plan, {
    onRecords(bytes) {
      for (const record of decodeLedger(bytes)) {
        tally.add(record)
        if (onRecord !== undefined) tell(() => onRecord(record))
      }
    },
    onRow: (row) => tell(() => onRow?.(row)),
    onStall: () => undefined,
  })
  // Where the thread has ended by itself, `finished` says so.
  const stop = () => void generator.stop().catch(() => undefined)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const { startedAt } = await generator.start()
    if (signal?.aborted === true) stop()
    const report = await generator.finished
    if (failures.length > 0) throw failures[0]
    const description = describe(String(url), plan, options)
    const startedAtMs = origin.wallMs + startedAt / 1e6
    return summarizeLoad({ description, startedAtMs, startedAt, tally, generator: report })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

function planOf(url: string, options: LoadOptions): LoadPlan {
  const {
    ratePerSecond,
    users,
    tls,
    workers: _workers,
    signal: _signal,
    onRow: _onRow,
    onRecord: _onRecord,
    ...given
  } = options
  const { target, path, protocol } = readTarget(url)
  const isEndless = given.durationMs === undefined && given.requestsMax === undefined
  return {
    target: target.tls === undefined ? target : { ...target, tls: { ...target.tls, ...tls } },
    ...(protocol === undefined ? {} : { protocol }),
    requests: [{ method: 'GET', path, headers: {}, weight: 1 }],
    arrivals:
      users === undefined
        ? constantArrivals(ratePerSecond ?? RATE_DEFAULT)
        : { kind: 'users', users },
    lanes:
      users === undefined
        ? [
            { lane: 'new', share: 0.2 },
            { lane: 'reused', share: 0.8, connections: CONNECTIONS_DEFAULT },
          ]
        : [{ lane: 'reused', share: 1, connections: users }],
    timeoutMs: 5_000,
    connectTimeoutMs: 2_000,
    okStatuses: [[200, 399]],
    connectionsMax: 10_000,
    ...(isEndless ? { durationMs: DURATION_MS_DEFAULT } : {}),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  }
}

function noUrl(url: unknown): HitlessError {
  return new HitlessError('bad-url', `cannot send load to ${typeof url}: it is no URL`, {
    exitCode: 2,
    hint: "Give a text such as 'http://HOST:PORT/PATH', or a URL.",
  })
}

function describe(url: string, plan: LoadPlan, { ratePerSecond, users, workers = 1 }: LoadOptions) {
  return {
    url,
    protocol: plan.protocol ?? 'http1',
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    ...(users === undefined ? {} : { users }),
    connections: plan.lanes.reduce((sum, { connections = 0 }) => sum + connections, 0),
    timeoutMs: plan.timeoutMs,
    workers,
    requests: plan.requests.map(({ method, path }) => `${method} ${path}`),
  }
}
