import { Histogram } from '../../timeline/histogram.ts'
import type { SessionReport } from '../../timeline/generator.ts'
import type { PlannedRequest } from '../planned-request.ts'
import type { SequenceCheck } from './sequence-check.ts'

/** Adds up what became of sessions. A user is without one from the loss of it to the opening of the next. */
export class SessionTally {
  messagesSent = 0
  #opened = 0
  #lost = 0
  #messagesReceived = 0
  #messagesLost = 0
  #messagesDuplicated = 0
  #messagesReordered = 0
  readonly #openUs = new Histogram()
  readonly #reconnectUs = new Histogram()

  /** The session of this request stands: shaken hands, or its answer has begun. */
  onOpened(request: PlannedRequest, nowNs: number): void {
    this.#opened++
    this.#openUs.record((nowNs - request.intendedAt) / 1_000)
    if (request.lostAtNs === 0) return
    this.#reconnectUs.record((nowNs - request.lostAtNs) / 1_000)
    request.lostAtNs = 0
  }

  /** An open session has ended otherwise than by its user. */
  onLost(request: PlannedRequest, nowNs: number): void {
    this.#lost++
    request.lostAtNs = nowNs
  }

  /** A session is over; `sent` are the numbers that should have come, where that is known. */
  addMessages(check: SequenceCheck, sent?: number): void {
    this.#messagesReceived += check.received
    this.#messagesLost += check.lost(sent)
    this.#messagesDuplicated += check.duplicated
    this.#messagesReordered += check.reordered
  }

  report(): SessionReport {
    return {
      opened: this.#opened,
      lost: this.#lost,
      messagesSent: this.messagesSent,
      messagesReceived: this.#messagesReceived,
      messagesLost: this.#messagesLost,
      messagesDuplicated: this.#messagesDuplicated,
      messagesReordered: this.#messagesReordered,
      ...(this.#openUs.count === 0 ? {} : { openMs: halfAndMost(this.#openUs) }),
      ...(this.#reconnectUs.count === 0 ? {} : { reconnectMs: halfAndMost(this.#reconnectUs) }),
    }
  }
}

function halfAndMost(us: Histogram): { p50: number; max: number } {
  return { p50: us.percentile(0.5) / 1_000, max: us.max / 1_000 }
}
