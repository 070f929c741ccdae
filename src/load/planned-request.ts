import type { Flow } from './flow.ts'
import type { Lane, RequestRecord } from '../timeline/ledger.ts'
import type { Outcome } from '../timeline/outcome.ts'
import type { Timed } from './timeouts.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * One planned request while it lives: already in the shape of its ledger record, and used again for
 * another when it has ended, because at 50,000 a second allocation is what a request costs.
 */
export class PlannedRequest implements Mutable<RequestRecord>, Timed<PlannedRequest> {
  sequence = 0
  intendedAt = 0
  sentAt = 0
  firstByteAt = 0
  endedAt = 0
  outcome: Outcome = 'not-sent'
  lane: Lane = 'new'
  status = 0
  /** Empty without one. */
  errno = ''
  connection = 0
  localPort = 0
  requestsBefore = 0
  template = 0
  bytesReceived = 0
  idleMs = 0
  backend = 0
  detail = 0

  /** It is a session that is held, not an exchange. */
  isSession = false
  /** Which of the generator's schedules planned it. */
  flow: Flow | undefined = undefined
  /** Index into the plan's lanes. */
  laneIndex = 0
  /** When it came to its lane. */
  submittedAt = 0
  /** When it was given to a connection: until then, its time was spent by the generator. */
  dispatchedAt = 0
  /** What carries it; undefined while it waits for one. */
  carrier: RequestCarrier | undefined = undefined

  /** Since when its user has been without a session; 0: has one, or never had. */
  lostAtNs = 0

  deadlineNs = 0
  earlier: PlannedRequest | undefined = undefined
  later: PlannedRequest | undefined = undefined
  deadlines: object | undefined = undefined

  reset(): void {
    this.dispatchedAt = 0
    this.sentAt = 0
    this.firstByteAt = 0
    this.endedAt = 0
    this.outcome = 'not-sent'
    this.status = 0
    this.errno = ''
    this.connection = 0
    this.localPort = 0
    this.requestsBefore = 0
    this.bytesReceived = 0
    this.idleMs = 0
    this.backend = 0
    this.detail = 0
    this.lostAtNs = 0
    this.carrier = undefined
  }
}

/** A connection, as the sweep over the deadlines sees it. */
export interface RequestCarrier {
  /** The request's time is over: ends it with the outcome that fits. */
  expire(request: PlannedRequest): void
}
