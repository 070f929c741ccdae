import { Histogram } from './histogram.ts'
import type { Lane, RequestRecord } from './ledger.ts'
import { OutageTally } from './outage-tally.ts'
import { codeOf } from './protocol-codes.ts'
import { isAnswered, isGeneratorOutcome, type Outcome } from './outcome.ts'

export interface LaneTally {
  planned: number
  ok: number
  dropped: number
  notSent: number
}

/** First and last record of an outcome. */
export interface OutcomeSample {
  readonly first: RequestRecord
  last: RequestRecord
}

/** Adds up records, in any order, from one generator or from several. */
export class LoadTally {
  planned = 0
  sent = 0
  ok = 0
  dropped = 0
  notSent = 0
  bytesReceived = 0
  /** Of the dropped ones, those that a client would have sent again, so that its user never knew. */
  hiddenByRetry = 0
  /** Nanoseconds on the clock of the run; Infinity and 0 without any record. */
  firstIntendedAt = Infinity
  lastIntendedAt = 0
  lastEndedAt = 0
  /** Of answered requests (`ok`, `status`, `mismatch`), microseconds from the intended start. */
  readonly latencyUs = new Histogram()
  /** Of the same, from the first byte sent. */
  readonly fromSendUs = new Histogram()
  /** Of the same again, in parts: to the first byte sent (a new connection is made in it), on to the first byte of the answer, and on to its last. */
  readonly untilSentUs = new Histogram()
  readonly untilAnswerUs = new Histogram()
  readonly untilEndUs = new Histogram()
  /** Of requests without an answer, from the intended start to the end. */
  readonly failedUs = new Histogram()
  readonly outcomes = new Map<Outcome, number>()
  readonly statuses = new Map<number, number>()
  /** By the index of who answered; 0 is not counted. */
  readonly backends = new Map<number, number>()
  /** Codes that protocols have of their own (`codeOf`). */
  readonly codes = new Map<string, number>()
  /** By the `detail` of `mismatch` records. */
  readonly mismatches = new Map<number, number>()
  readonly lanes = new Map<Lane, LaneTally>()
  readonly samples = new Map<Outcome, OutcomeSample>()
  /** Of dropped requests, from the intended start to the end; and of those among them that had no answer. */
  readonly droppedUs = new Histogram()
  readonly unansweredUs = new Histogram()
  /** Statuses of dropped requests whose answer broke off: they are in `statuses`, too. */
  readonly brokenStatuses = new Map<number, number>()
  readonly #outages = new OutageTally()
  readonly #isReplayable: (template: number) => boolean

  /** `isReplayable` tells by the index of its template whether clients that retry would send a request again. */
  constructor(isReplayable: (template: number) => boolean = () => false) {
    this.#isReplayable = isReplayable
  }

  /** Groups of drops, in the order of time. */
  get outages(): OutageTally['outages'] {
    return this.#outages.outages
  }

  add(record: RequestRecord): void {
    const { outcome, intendedAt, sentAt, endedAt } = record
    const lane = this.#laneOf(record.lane)
    this.planned++
    lane.planned++
    if (sentAt > 0) this.sent++
    this.bytesReceived += record.bytesReceived
    this.firstIntendedAt = Math.min(this.firstIntendedAt, intendedAt)
    this.lastIntendedAt = Math.max(this.lastIntendedAt, intendedAt)
    this.lastEndedAt = Math.max(this.lastEndedAt, endedAt)
    count(this.outcomes, outcome)
    if (record.status > 0) count(this.statuses, record.status)
    if (record.backend > 0) count(this.backends, record.backend)
    if (outcome === 'mismatch') count(this.mismatches, record.detail)
    if (isAnswered(outcome)) {
      this.latencyUs.record((endedAt - intendedAt) / 1_000)
      this.fromSendUs.record((endedAt - sentAt) / 1_000)
      this.untilSentUs.record((sentAt - intendedAt) / 1_000)
      this.untilAnswerUs.record((record.firstByteAt - sentAt) / 1_000)
      this.untilEndUs.record((endedAt - record.firstByteAt) / 1_000)
    } else {
      this.failedUs.record((endedAt - intendedAt) / 1_000)
    }
    if (outcome === 'ok') {
      this.ok++
      lane.ok++
      return
    }
    this.#keep(record)
    if (isGeneratorOutcome(outcome)) {
      this.notSent++
      lane.notSent++
      return
    }
    lane.dropped++
    this.#drop(record)
    if (this.#wouldBeHidden(record)) this.hiddenByRetry++
  }

  #drop(record: RequestRecord): void {
    const us = (record.endedAt - record.intendedAt) / 1_000
    this.dropped++
    this.droppedUs.record(us)
    this.#outages.add(record)
    const code = codeOf(record)
    if (code !== undefined) count(this.codes, code)
    if (isAnswered(record.outcome)) return
    this.unansweredUs.record(us)
    if (record.status > 0) count(this.brokenStatuses, record.status)
  }

  /**
   * Go's net/http and its like send an idempotent request again on another connection when a used one ends
   * before the first byte of the answer, and say nothing of it; over HTTP/2 any request that the server says
   * it has not processed (RFC 9113, section 8.7).
   */
  #wouldBeHidden({ outcome, template }: RequestRecord): boolean {
    if (outcome === 'h2-goaway-unprocessed' || outcome === 'h2-refused-stream') return true
    const isLostOnReused = outcome === 'reset-reused' || outcome === 'eof-reused'
    return isLostOnReused && this.#isReplayable(template)
  }

  #keep(record: RequestRecord): void {
    const sample = this.samples.get(record.outcome)
    if (sample === undefined) {
      this.samples.set(record.outcome, { first: record, last: record })
    } else {
      sample.last = record
    }
  }

  #laneOf(name: Lane): LaneTally {
    const known = this.lanes.get(name)
    if (known !== undefined) return known
    const lane = { planned: 0, ok: 0, dropped: 0, notSent: 0 }
    this.lanes.set(name, lane)
    return lane
  }
}

function count<T>(counts: Map<T, number>, of: T): void {
  counts.set(of, (counts.get(of) ?? 0) + 1)
}
