import type { Outcome } from '../../../timeline/outcome.ts'
import type { PlannedRequest, RequestCarrier } from '../../planned-request.ts'
import { timeoutOutcome } from '../socket-outcome.ts'
import type { AnswerReader } from './answer-reader.ts'
import { ERROR } from '../../../base/http2-frames.ts'
import type { Field } from './hpack-static-table.ts'
import type { ResponseHead } from './response-progress.ts'
import type { StreamFailure, StreamOwner } from './stream.ts'

/** What an exchange needs of its connection. */
export interface ExchangeOwner {
  /** When the bytes that are being read came. */
  readonly receivedAtNs: number
  readonly hasAnswered: boolean
  /** The connection has ended: what that means to a request that had come so far. */
  lostOutcome(hasFirstByte: boolean): Outcome
  onExchangeEnded(exchange: Exchange, outcome: Outcome): void
  onExchangeExpired(exchange: Exchange): void
}

/** One request on one stream, from its sending to its outcome. */
export class Exchange implements StreamOwner, RequestCarrier {
  readonly request: PlannedRequest
  readonly #owner: ExchangeOwner
  readonly #reader: AnswerReader
  /** 0 until it is sent. */
  stream = 0

  constructor(request: PlannedRequest, owner: ExchangeOwner, reader: AnswerReader) {
    this.request = request
    this.#owner = owner
    this.#reader = reader
  }

  onReceived(byteCount: number): void {
    const { request } = this
    if (request.firstByteAt === 0) request.firstByteAt = this.#owner.receivedAtNs
    request.bytesReceived += byteCount
  }

  onHead(head: ResponseHead): void {
    this.request.status = head.status
    this.#reader.onHead(head)
  }

  onData(bytes: Uint8Array): void {
    this.#reader.onData(bytes)
  }

  onEnd(trailers: readonly Field[]): void {
    const { outcome, detail, backend = 0 } = this.#reader.finish(trailers)
    this.request.detail = detail
    this.request.backend = backend
    this.#owner.onExchangeEnded(this, outcome)
  }

  onFailure(failure: StreamFailure): void {
    this.#owner.onExchangeEnded(this, this.#failureOutcome(failure))
  }

  expire(): void {
    this.#owner.onExchangeExpired(this)
  }

  /** Its time is over: whoever had the larger part of it is to blame. */
  timeoutOutcome(): Outcome {
    const { request } = this
    const spentByUs = request.dispatchedAt - request.intendedAt
    const leftForPeer = request.deadlineNs - request.dispatchedAt
    if (spentByUs > leftForPeer) return 'not-sent'
    return timeoutOutcome({ isReused: false, hasFirstByte: request.firstByteAt > 0 })
  }

  #failureOutcome(failure: StreamFailure): Outcome {
    const { request } = this
    switch (failure.kind) {
      case 'refused':
        request.detail = ERROR.refusedStream
        return 'h2-refused-stream'
      case 'goaway-unprocessed':
        request.detail = failure.code
        return 'h2-goaway-unprocessed'
      case 'reset':
        request.detail = failure.code
        return 'h2-reset'
      case 'malformed':
        return 'malformed'
      case 'lost':
        // A part of a frame is a byte of the answer too.
        if (failure.hasFirstByte && request.firstByteAt === 0) {
          request.firstByteAt = this.#owner.receivedAtNs
        }
        return this.#owner.lostOutcome(failure.hasFirstByte)
    }
  }
}
