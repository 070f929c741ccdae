import { detailOfMismatch } from '../../../timeline/mismatch.ts'
import type { Outcome } from '../../../timeline/outcome.ts'
import type { SocketError } from '../../../world/network.ts'
import { SequenceCheck } from '../../records/sequence-check.ts'
import type { SessionTally } from '../../records/session-tally.ts'
import type { RequestBytes } from '../http1/request-bytes.ts'
import { ResponseParser } from '../http1/response-parser.ts'
import { SelectedHeaders } from '../http1/selected-headers.ts'
import { brokenOutcome, eofOutcome, timeoutOutcome } from '../socket-outcome.ts'
import type { Line, Talk } from '../solo/talk.ts'
import { EventNumbers } from './event-numbers.ts'

/** What all streams of one lane share. */
export interface StreamRules {
  /** `events`: it has no end of its own (Server-Sent Events). `download`: it may have one. */
  readonly kind: 'events' | 'download'
  /** `download`: it is not ended by its user, only by its end. */
  readonly isWhole: boolean
  readonly sessions: SessionTally
  readonly okStatuses: readonly (readonly [low: number, high: number])[]
  readonly timeoutMs: number
  /** An answer without a byte for so long has stalled. */
  readonly stallMs: number
}

/** One GET whose answer goes on: held for a while, or to its end. */
export class StreamTalk implements Talk {
  readonly #line: Line
  readonly #rules: StreamRules
  readonly #request: RequestBytes
  readonly #headers = new SelectedHeaders(['content-type'])
  readonly #parser = new ResponseParser(this.#headers)
  readonly #check = new SequenceCheck()
  #isOpen = false
  #heardAtNs = 0
  #headUntilNs = 0
  #endsAtNs: number

  constructor(line: Line, rules: StreamRules, request: RequestBytes, sessionMs: number) {
    this.#line = line
    this.#rules = rules
    this.#request = request
    this.#endsAtNs = rules.isWhole ? Infinity : line.request.intendedAt + sessionMs * 1e6
  }

  onOpen(): void {
    const { head, body, isHead } = this.#request
    const { sequence } = this.#line.request
    const isEvents = this.#rules.kind === 'events'
    this.#parser.start(isHead, isEvents ? new EventNumbers(this.#check) : undefined)
    this.#line.write(head.take(sequence))
    if (body !== undefined) this.#line.write(body.take(sequence))
    this.#line.noteSent()
    this.#heardAtNs = this.#line.nowNs()
    this.#headUntilNs = this.#line.openedAtNs + this.#rules.timeoutMs * 1e6
    this.#advance()
  }

  onData(bytes: Uint8Array): void {
    this.#line.noteFirstByte()
    this.#heardAtNs = this.#line.nowNs()
    const state = this.#parser.feed(bytes)
    if (!this.#isOpen && this.#parser.hasHead) {
      const refusal = this.#refusal()
      if (refusal !== undefined) return this.#line.finish(refusal, 'fin')
      this.#isOpen = true
      this.#rules.sessions.onOpened(this.#line.request, this.#heardAtNs)
      if (state === 'more') this.#advance()
    }
    if (state === 'more') return
    // More than the answer came with its end: its length was a lie.
    const isFaulty = state === 'malformed' || this.#parser.consumed < bytes.length
    if (isFaulty) this.#line.finish(this.#lost('malformed'), 'reset')
    else this.#line.finish(this.#whole(), 'fin')
  }

  onEnd(): Outcome {
    // Before its head is whole nothing can be: such an answer would begin and end with the FIN.
    const isWhole = this.#isOpen && this.#parser.close() === 'done'
    return isWhole ? this.#whole() : this.#lost(eofOutcome(this.#progress()))
  }

  onBroken(error: SocketError): Outcome {
    return this.#lost(brokenOutcome(error, this.#progress()))
  }

  onWake(): void {
    this.#advance()
  }

  onExpired(): Outcome {
    const isHeld = this.#isOpen && this.#endsAtNs < Infinity
    return isHeld ? this.#held() : this.#lost(timeoutOutcome(this.#progress()))
  }

  windUp(): void {
    // What is to be whole is given the time that a request has; then its user leaves.
    const graceMs = this.#rules.isWhole ? this.#rules.timeoutMs : 0
    this.#endsAtNs = this.#line.nowNs() + graceMs * 1e6
    this.#advance()
  }

  #advance(): void {
    const nowNs = this.#line.nowNs()
    const stalledAtNs = this.#heardAtNs + this.#rules.stallMs * 1e6
    const lateAtNs = this.#isOpen ? stalledAtNs : Math.min(stalledAtNs, this.#headUntilNs)
    if (this.#isOpen && nowNs >= this.#endsAtNs) {
      // The rest of a download is under way: a FIN would not stop it.
      const how = this.#rules.kind === 'download' ? 'reset' : 'fin'
      return this.#line.finish(this.#held(), how)
    }
    if (this.#headUntilNs > 0 && nowNs >= lateAtNs) {
      return this.#line.finish(this.#lost(timeoutOutcome(this.#progress())), 'reset')
    }
    const endsAtNs = this.#isOpen ? this.#endsAtNs : Infinity
    this.#line.wakeAt(Math.min(lateAtNs, endsAtNs))
  }

  /** What is wrong with a head, if it is not the beginning of such an answer. */
  #refusal(): Outcome | undefined {
    const { status } = this.#parser.head
    const { request } = this.#line
    request.status = status
    const isOk = this.#rules.okStatuses.some(([low, high]) => status >= low && status <= high)
    if (!isOk) return 'status'
    if (this.#rules.kind === 'download') return undefined
    const type = this.#headers.value(0)?.split(';')[0]?.trim().toLowerCase()
    if (type === 'text/event-stream') return undefined
    request.detail = detailOfMismatch('no-event-stream')
    return 'mismatch'
  }

  /** The answer has come to its end: what a download is for, and the loss of an event stream. */
  #whole(): Outcome {
    return this.#rules.kind === 'download' ? 'ok' : this.#lost('stream-ended')
  }

  #lost(outcome: Outcome): Outcome {
    if (!this.#isOpen) return outcome
    this.#rules.sessions.onLost(this.#line.request, this.#line.nowNs())
    this.#rules.sessions.addMessages(this.#check)
    return outcome
  }

  /** Its user has ended it: whether it is ok is up to its events. */
  #held(): Outcome {
    this.#rules.sessions.addMessages(this.#check)
    const { duplicated, foreign, reordered } = this.#check
    if (this.#check.lost() > 0) return this.#mismatch('messages-lost')
    if (duplicated + foreign > 0) return this.#mismatch('messages-repeated')
    return reordered > 0 ? this.#mismatch('messages-reordered') : 'ok'
  }

  #mismatch(mismatch: Parameters<typeof detailOfMismatch>[0]): Outcome {
    this.#line.request.detail = detailOfMismatch(mismatch)
    return 'mismatch'
  }

  #progress() {
    return { isReused: false, hasFirstByte: this.#line.request.firstByteAt > 0 }
  }
}
