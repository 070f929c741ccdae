import { formatTimestampMs } from '../base/timestamp.ts'
import type { GeneratorReport, SessionReport } from './generator.ts'
import type { Distribution } from './histogram.ts'
import type { Lane } from './ledger.ts'
import type { LaneTally, LoadTally } from './load-tally.ts'
import { type Mismatch, MISMATCHES } from './mismatch.ts'
import type { Outcome } from './outcome.ts'
import type { RequestIdentity } from './request-id.ts'

/** What was asked of a generator, in words and numbers that a view can print. */
export interface LoadDescription {
  readonly url: string
  readonly protocol: string
  /** What of the server's certificate is verified, and against what; absent without TLS. */
  readonly tls?: string
  /** Requests per second at the end of the plan; absent in a closed loop and for recorded arrivals. */
  readonly ratePerSecond?: number
  /** Where there is more than one rate, how they follow each other, in words. */
  readonly rates?: string
  /** Closed loop only. */
  readonly users?: number
  readonly connections: number
  /** The plan's own duration, seconds, if it has one. */
  readonly seconds?: number
  /** The number of requests at which the plan ends, if it has one. */
  readonly requestsMax?: number
  readonly timeoutMs: number
  readonly workers: number
  /** `GET /`, `POST /orders`: one for each template. */
  readonly requests: readonly string[]
  /** What an answer must be, in words: `status 200-399`, `a body of 5 bytes`. */
  readonly expected?: readonly string[]
  /** How requests say which they are; absent when they do not. */
  readonly requestId?: RequestIdentity
  /** What of the input does not apply, in words. */
  readonly notes?: readonly string[]
}

/** A finished run of the load generator: what every view is made of. */
export interface LoadResult {
  readonly description: LoadDescription
  /** Milliseconds since the epoch, of the first slot. */
  readonly startedAtMs: number
  /** The clock of the run at that moment, nanoseconds. */
  readonly startedAt: number
  readonly tally: LoadTally
  readonly generator: GeneratorReport
}

/** Milliseconds; percentiles to 0.8 %, the rest exact to a microsecond. */
export interface LatencySummary {
  readonly min: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** The object of `--view json`. Fields are added, never changed, within a schema. */
export interface LoadSummary {
  readonly schema: 'hitless.load/v1'
  readonly url: string
  readonly protocol: string
  /** How requests said which they were; absent when they did not. */
  readonly requestId?: RequestIdentity
  /** RFC 3339. */
  readonly startedAt: string
  /** From the first to the last intended start, and from there to the last end. */
  readonly seconds: { readonly attack: number; readonly wait: number }
  readonly planned: number
  readonly sent: number
  readonly ok: number
  readonly dropped: number
  readonly notSent: number
  /** Requests that were planned, and answered as expected, per second. */
  readonly rate: number
  readonly throughput: number
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly statuses: Readonly<Record<string, number>>
  readonly bytesReceived: number
  /** Answered requests, from the intended start; absent when there were none. */
  readonly latency?: LatencySummary
  readonly fromSend?: LatencySummary
  readonly hiddenByRetry: number
  readonly lanes: Readonly<Partial<Record<Lane, Readonly<LaneTally>>>>
  readonly backends: Readonly<Record<string, number>>
  /** What of the `mismatch` ones was not as expected. */
  readonly mismatches: Readonly<Partial<Record<Mismatch, number>>>
  /** Codes with which protocols ended requests, such as `grpc/UNAVAILABLE` or `tls/CERT_HAS_EXPIRED`; absent when there are none. */
  readonly codes?: Readonly<Record<string, number>>
  readonly addresses: Readonly<Record<string, number>>
  /** Groups of drops less than a second apart, seconds since the start, stamped by their intended starts. */
  readonly outages: readonly Outage[]
  readonly connections: GeneratorReport['connections']
  /** Absent when the plan had none. */
  readonly sessions?: SessionReport
  readonly generator: {
    readonly latenessMs: GeneratorReport['latenessMs']
    readonly loopDelayMsMax: number
    readonly impediments: readonly string[]
  }
}

export interface Outage {
  /** Intended starts of the first and the last dropped request. */
  readonly from: number
  readonly to: number
  readonly requests: number
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
}

export function summarizeLoad({
  description,
  startedAtMs,
  startedAt,
  tally,
  generator,
}: LoadResult): LoadSummary {
  const attack = secondsBetween(tally.firstIntendedAt, tally.lastIntendedAt)
  const wait = secondsBetween(tally.lastIntendedAt, tally.lastEndedAt)
  const { planned, sent, ok, dropped, notSent, hiddenByRetry, bytesReceived } = tally
  return {
    schema: 'hitless.load/v1',
    url: description.url,
    protocol: description.protocol,
    ...(description.requestId === undefined ? {} : { requestId: description.requestId }),
    startedAt: formatTimestampMs(startedAtMs),
    seconds: { attack, wait },
    planned,
    sent,
    ok,
    dropped,
    notSent,
    // n slots at equal distances span n - 1 of them.
    rate: attack === 0 ? planned : (planned - 1) / attack,
    throughput: attack + wait === 0 ? 0 : ok / (attack + wait),
    outcomes: Object.fromEntries(tally.outcomes),
    statuses: Object.fromEntries([...tally.statuses].toSorted(([a], [b]) => a - b)),
    bytesReceived,
    ...(tally.latencyUs.count === 0
      ? {}
      : { latency: latencyOf(tally.latencyUs), fromSend: latencyOf(tally.fromSendUs) }),
    hiddenByRetry,
    lanes: Object.fromEntries(tally.lanes),
    backends: backendsOf(tally, generator),
    mismatches: mismatchesOf(tally),
    ...(tally.codes.size === 0 ? {} : { codes: Object.fromEntries(tally.codes) }),
    addresses: generator.addresses ?? {},
    outages: outagesOf(tally, startedAt),
    connections: generator.connections,
    ...(generator.sessions === undefined ? {} : { sessions: generator.sessions }),
    generator: {
      latenessMs: generator.latenessMs,
      loopDelayMsMax: generator.loopDelayMsMax,
      impediments: generator.impediments ?? [],
    },
  }
}

/** By name: of merged ledgers, several may have the same. */
function backendsOf({ backends }: LoadTally, generator: GeneratorReport): Record<string, number> {
  const counts = new Map<string, number>()
  for (const [index, count] of backends) {
    const name = generator.backends?.[index - 1] ?? '?'
    counts.set(name, (counts.get(name) ?? 0) + count)
  }
  return Object.fromEntries(counts)
}

function outagesOf({ outages }: LoadTally, startedAt: number): Outage[] {
  return outages.map(({ from, to, requests, outcomes }) => ({
    from: (from - startedAt) / 1e9,
    to: (to - startedAt) / 1e9,
    requests,
    outcomes: Object.fromEntries(outcomes),
  }))
}

function latencyOf(us: Distribution): LatencySummary {
  const at = (fraction: number) => us.percentile(fraction) / 1_000
  return {
    min: us.min / 1_000,
    mean: us.mean / 1_000,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: us.max / 1_000,
  }
}

function secondsBetween(fromNs: number, toNs: number): number {
  return toNs > fromNs ? (toNs - fromNs) / 1e9 : 0
}

function mismatchesOf({ mismatches }: LoadTally): Partial<Record<Mismatch, number>> {
  const counts: Partial<Record<Mismatch, number>> = {}
  for (const [detail, count] of mismatches) {
    const mismatch = MISMATCHES[detail - 1]
    if (mismatch !== undefined) counts[mismatch] = count
  }
  return counts
}
