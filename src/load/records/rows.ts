import { invariant } from '../../base/invariant.ts'
import { isAnswered, isGeneratorOutcome } from '../../timeline/outcome.ts'
import { Histogram } from '../../timeline/histogram.ts'
import type { LoadRow } from '../../timeline/generator.ts'
import type { PlannedRequest } from '../planned-request.ts'

/** How many connections there are, for the row of a second that is over. */
export interface ConnectionCount {
  readonly open: number
  /** Since the generator started. */
  readonly opened: number
}

interface Tally {
  readonly second: number
  planned: number
  sent: number
  ok: number
  dropped: number
  notSent: number
  readonly latencyUs: Histogram
  /** Set when the second is over. */
  connections: { readonly open: number; readonly opened: number } | undefined
}

const NS_PER_SECOND = 1e9

/**
 * Counts requests into the second of their intended start. A row goes out once, in order, as soon as
 * its second is over and each of its requests has ended, so that in every row
 * planned = ok + dropped + notSent; in an outage that is up to the timeout later. Sessions, which are
 * held for long, count in the second of their end.
 */
export class Rows {
  readonly #startedAtNs: number
  readonly #onRow: (row: LoadRow) => void
  /** The seconds that have no row yet, without gaps. */
  readonly #tallies: Tally[] = []
  #firstSecond = 0
  #openSecond = 0
  #openedBefore = 0
  readonly #spare: Histogram[] = []

  constructor(startedAtNs: number, onRow: (row: LoadRow) => void) {
    this.#startedAtNs = startedAtNs
    this.#onRow = onRow
  }

  addPlanned(request: PlannedRequest): void {
    if (!request.isSession) this.#tallyOf(request).planned++
  }

  addSent(request: PlannedRequest): void {
    if (!request.isSession) this.#tallyOf(request).sent++
  }

  addEnded(request: PlannedRequest): void {
    const tally = request.isSession ? this.#tallyOfEnded(request) : this.#tallyOf(request)
    if (request.outcome === 'ok') tally.ok++
    else if (isGeneratorOutcome(request.outcome)) tally.notSent++
    else tally.dropped++
    if (isAnswered(request.outcome)) {
      tally.latencyUs.record((request.endedAt - request.intendedAt) / 1_000)
    }
  }

  #tallyOfEnded(session: PlannedRequest): Tally {
    const tally = this.#tallyAt(this.#secondOf(session.endedAt))
    tally.planned++
    if (session.sentAt > 0) tally.sent++
    return tally
  }

  /** Closes the seconds that are over at `nowNs`, and emits the rows that have become complete. */
  advance(nowNs: number, connections: ConnectionCount): void {
    const second = this.#secondOf(nowNs)
    while (this.#openSecond < second) this.#close(connections)
    this.#emitComplete()
  }

  /** Ends the second under way, when there was anything in it; all its requests have ended. */
  finish(connections: ConnectionCount): void {
    const tally = this.#tallies[this.#openSecond - this.#firstSecond]
    if (tally !== undefined && tally.planned > 0) this.#close(connections)
    this.#emitComplete()
  }

  #close(connections: ConnectionCount): void {
    const { open, opened } = connections
    this.#tallyAt(this.#openSecond).connections = { open, opened: opened - this.#openedBefore }
    this.#openedBefore = opened
    this.#openSecond++
  }

  #emitComplete(): void {
    for (;;) {
      const tally = this.#tallies[0]
      if (tally?.connections === undefined) return
      if (tally.planned !== tally.ok + tally.dropped + tally.notSent) return
      this.#tallies.shift()
      this.#firstSecond++
      this.#onRow(rowOf(tally, tally.connections))
      tally.latencyUs.reset()
      this.#spare.push(tally.latencyUs)
    }
  }

  #tallyOf(request: PlannedRequest): Tally {
    return this.#tallyAt(this.#secondOf(request.intendedAt))
  }

  #tallyAt(second: number): Tally {
    invariant(second >= this.#firstSecond, 'a second whose row is out has all of its requests')
    for (;;) {
      const tally = this.#tallies[second - this.#firstSecond]
      if (tally !== undefined) return tally
      this.#tallies.push({
        second: this.#firstSecond + this.#tallies.length,
        planned: 0,
        sent: 0,
        ok: 0,
        dropped: 0,
        notSent: 0,
        latencyUs: this.#spare.pop() ?? new Histogram(),
        connections: undefined,
      })
    }
  }

  #secondOf(atNs: number): number {
    return Math.floor((atNs - this.#startedAtNs) / NS_PER_SECOND)
  }
}

function rowOf(tally: Tally, connections: NonNullable<Tally['connections']>): LoadRow {
  const { second, planned, sent, ok, dropped, notSent, latencyUs } = tally
  return {
    second,
    planned,
    sent,
    ok,
    dropped,
    notSent,
    connectionsOpen: connections.open,
    connectionsOpened: connections.opened,
    ...(latencyUs.count === 0
      ? {}
      : { latencyMs: summarize(latencyUs), latencyUs: latencyUs.snapshot() }),
  }
}

/** Of a histogram in microseconds, the three figures that rows and reports give, in milliseconds. */
export function summarize(us: Histogram): { p50: number; p99: number; max: number } {
  return {
    p50: us.percentile(0.5) / 1_000,
    p99: us.percentile(0.99) / 1_000,
    max: us.max / 1_000,
  }
}
