import type { HistogramSnapshot } from './histogram.ts'

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
  /** The same values one by one, microseconds: rows of several generators are added up by them. */
  readonly latencyUs?: HistogramSnapshot
}

/** How well the generator itself did. */
export interface GeneratorReport {
  readonly planned: number
  /** How late it came to its slots, milliseconds: its own doing, without the wait for a connection, which is the service's. */
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
  /** Present when the plan has sessions. */
  readonly sessions?: SessionReport
  /** Names of those who answered, in the order of the ledger's `backend`, which counts from 1. */
  readonly backends?: readonly string[]
  /** Connections that were opened, by the address that the name led to. */
  readonly addresses?: Readonly<Record<string, number>>
  /** What the generator's own machine got in the way of: a run with any of it proves nothing. */
  readonly impediments?: readonly string[]
}

/** What became of connections that were held: WebSockets, event streams, downloads. */
export interface SessionReport {
  readonly opened: number
  /** Of the opened ones, those that ended otherwise than by their user. */
  readonly lost: number
  readonly messagesSent: number
  /** Numbered ones: echoes, or events with a number. */
  readonly messagesReceived: number
  /** Never came, by their numbers. */
  readonly messagesLost: number
  /** Came again. */
  readonly messagesDuplicated: number
  /** Came after a later one. */
  readonly messagesReordered: number
  /** From the intended start to the open session, milliseconds; absent when none opened. */
  readonly openMs?: { readonly p50: number; readonly max: number }
  /** From the loss of a session to the next one of the same user, milliseconds; absent when nobody came back. */
  readonly reconnectMs?: { readonly p50: number; readonly max: number }
}
