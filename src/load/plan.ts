import type { Lane } from '../timeline/ledger.ts'

/** What the generator is to send. All of it is fixed before the first request. */
export interface LoadPlan {
  readonly target: LoadTarget
  /** Picked per request in proportion to `weight`, by arithmetic, not by chance. */
  readonly requests: readonly RequestTemplate[]
  /** Requests per second in all, over all lanes. Arrivals are open loop: t0 + k / rate. */
  readonly ratePerSecond: number
  readonly lanes: readonly LaneShare[]
  /** From the intended start to the end of the answer. */
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  /** Inclusive ranges of statuses that count as ok. */
  readonly okStatuses: readonly (readonly [low: number, high: number])[]
  /** Connections that may be open at once; beyond it a request waits, and may end as not-sent. */
  readonly connectionsMax: number
}

export interface LoadTarget {
  readonly host: string
  readonly port: number
  /** The Host header. */
  readonly authority: string
}

export interface RequestTemplate {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly weight: number
}

export interface LaneShare {
  readonly lane: Lane
  /** Part of the rate, 0 to 1; the shares add up to 1. */
  readonly share: number
  /** `reused` only: connections kept open. They are used in turn, so that each endpoint is seen. */
  readonly connections?: number
  /** `reused` only: an idle connection older than this is closed and replaced. */
  readonly connectionAgeMsMax?: number
}

/** One second of the run, interval values. Requests count in the second of their intended start. */
export interface LoadRow {
  /** Whole seconds since the generator started; the row covers [second, second + 1). */
  readonly second: number
  readonly planned: number
  readonly sent: number
  readonly ok: number
  /** Ended in an outcome other than ok that is not the generator's own. */
  readonly dropped: number
  /** Ended as not-sent or local-limit. */
  readonly notSent: number
  readonly connectionsOpen: number
  readonly connectionsOpened: number
  /** Milliseconds from the intended start, of answered requests; undefined when there was none. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** How well the generator itself did. */
export interface GeneratorReport {
  readonly planned: number
  /** Sending minus intended start, milliseconds. */
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** The longest time its event loop did not turn, milliseconds. */
  readonly loopDelayMsMax: number
  readonly connections: {
    readonly opened: number
    readonly reused: number
    /** Closed by the peer with nothing in flight: harmless, and a sign of draining. */
    readonly closedIdle: number
    readonly agedOut: number
    /** Broken off because the peer sent bytes with nothing in flight. */
    readonly faulted?: number
  }
}

export interface LoadHandlers {
  /** Whole ledger records, in the order in which requests ended. The bytes are the receiver's to keep. */
  onRecords(records: Uint8Array): void
  onRow(row: LoadRow): void
  /** The generator's event loop stood still for this long. */
  onStall(stallMs: number): void
}

/** A running generator, in this thread or in one of its own. */
export interface LoadGenerator {
  /** Resolves when the first slot is due: the plan's t0, on the clock of the run. */
  start(): Promise<{ readonly startedAt: number }>
  /** Plans nothing more, waits for what is in flight (at most the timeout), and hands over the rest. */
  stop(): Promise<GeneratorReport>
}

export type StartLoad = (plan: LoadPlan, handlers: LoadHandlers) => LoadGenerator
