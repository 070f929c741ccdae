import type { GeneratorReport, LoadRow } from '../timeline/generator.ts'
import type { Lane } from '../timeline/ledger.ts'
import type { RequestIdentity } from '../timeline/request-id.ts'
import type { TlsOptions } from '../world/network.ts'
import type { Expectation, Identification } from './expectations/expectation.ts'
import type { Shard } from './schedules/shard.ts'

/** What the generator is to send. All of it is fixed before the first request. */
export interface LoadPlan {
  readonly target: LoadTarget
  /** `http1` when missing. */
  readonly protocol?: LoadProtocol
  /** Picked per request in proportion to `weight`, by arithmetic, not by chance. */
  readonly requests: readonly RequestTemplate[]
  /** When the requests of all lanes together start; lanes with `sessions` have their own. */
  readonly arrivals: Arrivals
  /** The generator stops by itself after so many planned requests, or when so much time has passed. */
  readonly requestsMax?: number
  readonly durationMs?: number
  /** The part of the plan that this generator carries out, where several share it. */
  readonly shard?: Shard
  readonly lanes: readonly LaneShare[]
  /** From the intended start to the end of the answer. */
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  /** Inclusive ranges of statuses that count as ok. */
  readonly okStatuses: readonly (readonly [low: number, high: number])[]
  /** What else an answer must be; one that is not ends as `mismatch`. */
  readonly expected?: Expectation
  /** How an answer tells who gave it. */
  readonly identify?: Identification
  /** How sessions go; for protocols that have them. */
  readonly session?: SessionPlan
  /** Present: each request says which it is. */
  readonly requestId?: RequestIdentity
  /** Connections that may be open at once; beyond it a request waits, and may end as not-sent. */
  readonly connectionsMax: number
}

/**
 * How requests travel. `http2` and `grpc` carry several at once on a connection: agreed on by ALPN over TLS, without TLS by
 * prior knowledge. Of a gRPC call the path is the method, headers are metadata, and the body is the message. `websocket`, `sse`
 * and `download` hold sessions, on a lane that has some; `tcp` opens connections and closes them, on the `new` lane.
 */
export const LOAD_PROTOCOLS = [
  'http1',
  'http2',
  'grpc',
  'websocket',
  'sse',
  'download',
  'tcp',
] as const
export type LoadProtocol = (typeof LOAD_PROTOCOLS)[number]

/** When requests are to start. */
export type Arrivals =
  /** Open loop: what comes does not wait for what went. */
  | { readonly kind: 'rate'; readonly stages: readonly RateStage[] }
  /** Open loop: arrivals as they were recorded, nanoseconds since the start, not decreasing. */
  | { readonly kind: 'recorded'; readonly offsetsNs: readonly number[] }
  /** Closed loop: so many users, each of whom waits for the answer before the next request. */
  | { readonly kind: 'users'; readonly users: number }

/** A rate that is constant, or goes linearly from one value to another. */
export interface RateStage {
  readonly fromPerSecond: number
  readonly toPerSecond: number
  /** Missing: without end, which only a last stage of constant rate can be. */
  readonly durationMs?: number
}

/** The same rate from start to stop. */
export function constantArrivals(ratePerSecond: number): Arrivals {
  return {
    kind: 'rate',
    stages: [{ fromPerSecond: ratePerSecond, toPerSecond: ratePerSecond }],
  }
}

export interface LoadTarget {
  readonly host: string
  readonly port: number
  /** The Host header. */
  readonly authority: string
  /** Present: requests travel over TLS. Protocols that ALPN offers are the load protocol's own choice. */
  readonly tls?: TlsOptions
  /** Connections go to all addresses of the name in turn; else each goes to the first. */
  readonly usesAllAddresses?: boolean
}

/** Where path, values of headers or body have `{{n}}`, each request has its number: ten digits. */
export interface RequestTemplate {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** The Host header, and `:authority` in HTTP/2; the target's when missing. */
  readonly authority?: string
  readonly weight: number
}

export interface LaneShare {
  readonly lane: Lane
  /** Part of the arrivals, 0 to 1; the shares add up to 1. A lane with `sessions` has none. */
  readonly share: number
  /**
   * `reused`: connections kept open. They are used in turn, so that each endpoint is seen.
   * `idle`: connections that may be open at once; beyond it they are used before their rest is over.
   */
  readonly connections?: number
  /** HTTP/2, `reused`: requests that a connection may carry at once; the server may allow fewer. */
  readonly streamsMax?: number
  /** `reused` and `idle`: a free connection older than this is closed and replaced. */
  readonly connectionAgeMsMax?: number
  /** `reused` and `idle`: a connection that has carried so many is closed and replaced. */
  readonly connectionRequestsMax?: number
  /** `idle` only: between two requests a connection rests for a time between these, log-uniform. */
  readonly idleMs?: readonly [min: number, max: number]
  /** `long` only: sessions that are open at any time; one that ends is followed by the next. */
  readonly sessions?: number
  /** `long` only: how long a session is held before the client ends it. */
  readonly sessionMs?: number
}

/** How the sessions of a plan go. */
export interface SessionPlan {
  /** WebSocket: the body is sent so often, with the number of the message for `{{n}}`. Missing: nothing is sent. */
  readonly messageIntervalMs?: number
  /** WebSocket: each message comes back as it was sent. */
  readonly expectsEcho?: boolean
  /** Without a byte for so long a session has stalled; the plan's timeout when missing. */
  readonly stallMs?: number
  /** Download: it is held to its end, however long that takes within the session's time and the timeout. */
  readonly isWhole?: boolean
}

export interface LoadHandlers {
  /** Whole ledger records, in the order in which requests ended. The bytes are the receiver's to keep. */
  onRecords(records: Uint8Array): void
  onRow(row: LoadRow): void
  /** The generator's event loop stood still for this long. */
  onStall(stallMs: number): void
  /** Nothing more is planned: so many requests were, and each of them has a record when the generator is finished. */
  onWoundUp?(planned: number): void
}

/** A running generator, in this thread or in one of its own. */
export interface LoadGenerator {
  /** Resolves when it could start at once. */
  readonly ready: Promise<void>
  /**
   * Resolves when the plan has its t0, on the clock of the run: at once, or at `atNs`, so that several
   * generators start together.
   */
  start(atNs?: number): Promise<{ readonly startedAt: number }>
  /** Resolves when everything is handed over: after `stop`, or because the plan has come to its end. */
  readonly finished: Promise<GeneratorReport>
  /** Plans nothing more, waits for what is in flight (at most the timeout), and hands over the rest. */
  stop(): Promise<GeneratorReport>
}

export type StartLoad = (plan: LoadPlan, handlers: LoadHandlers) => LoadGenerator
