import { ChunkedBody } from './chunked-body.ts'
import { HEAD_GOES_ON, parseHead, type ResponseHead } from './response-head.ts'
import type { BodySink } from './response-sink.ts'
import type { SelectedHeaders } from './selected-headers.ts'

/** Status line and headers of one answer together, interim answers apart. */
const HEAD_BYTES_MAX = 65_536
/** Interim answers (1xx) before the final one. */
const INTERIM_ANSWERS_MAX = 32

/** `more`: the answer is not complete yet. `malformed` is final. */
export type ParseState = 'more' | 'done' | 'malformed'

type Phase = 'head' | 'fixed' | 'chunked' | 'until-close' | 'done' | 'malformed'

const LF = 10
/** Of fewer bytes the copy costs less than the view that is needed to have it made. */
const COPIED_ONE_BY_ONE = 256
/** Up to the space before the reason. */
const STATUS_BYTES = 13

/**
 * Finds where one HTTP/1.1 answer ends, in whatever pieces it arrives, and what it means for the
 * connection (RFC 9112). Bodies are counted, not kept. No input makes it throw, and the result
 * does not depend on how the bytes were cut. One parser serves one connection, answer after answer.
 */
export class ResponseParser {
  readonly head: ResponseHead = {
    status: 0,
    minorVersion: 1,
    contentLength: -1,
    transferCoding: 'none',
    connectionClose: false,
    connectionKeepAlive: false,
  }
  /** Of the bytes fed last, those that belonged to the answer; the rest was sent by nobody's request. */
  consumed = 0
  /** The final head is there, whatever became of its body: status and headers are those of this answer. */
  hasHead = false
  /** What is wrong, of a malformed answer. */
  fault = ''

  #phase: Phase = 'done'
  #toHead = false
  #sink: BodySink | undefined
  readonly #selected: SelectedHeaders | undefined
  #bodyLeft = 0
  #interimAnswers = 0
  readonly #chunkedBody = new ChunkedBody()
  /** The beginning of a head that has not arrived whole. */
  #pending: Uint8Array | undefined
  #pendingLength = 0

  /** `selected` keeps some headers of the answer that is being read: it is this parser's alone. */
  constructor(selected?: SelectedHeaders) {
    this.#selected = selected
  }

  /**
   * Prepares for the answer to the next request. `toHead`: to a HEAD request, which has no body.
   * `sink` is handed the body of this answer; without one, bodies are counted and not looked at.
   */
  start(toHead: boolean, sink?: BodySink): void {
    this.#sink = sink
    this.#phase = 'head'
    this.hasHead = false
    this.#toHead = toHead
    this.#interimAnswers = 0
    this.#pendingLength = 0
    this.consumed = 0
  }

  /** The connection can carry another request after this answer (RFC 9112, section 9.3). */
  get keepsAlive(): boolean {
    if (this.head.connectionClose || this.#phase === 'until-close') return false
    return this.head.minorVersion === 1 || this.head.connectionKeepAlive
  }

  feed(bytes: Uint8Array): ParseState {
    let at = 0
    while (this.#phase === 'head' && at < bytes.length) at = this.#feedHead(bytes, at)
    switch (this.#phase) {
      case 'fixed': {
        const taken = Math.min(this.#bodyLeft, bytes.length - at)
        if (taken > 0) this.#sink?.take(bytes.subarray(at, at + taken))
        this.#bodyLeft -= taken
        at += taken
        if (this.#bodyLeft === 0) this.#phase = 'done'
        break
      }
      case 'chunked':
        at = this.#chunkedBody.feed(bytes, at, this.#sink)
        if (this.#chunkedBody.state === 'done') this.#phase = 'done'
        else if (this.#chunkedBody.state === 'malformed') this.#refuse(this.#chunkedBody.fault)
        break
      case 'until-close':
        if (at < bytes.length) this.#sink?.take(bytes.subarray(at))
        at = bytes.length
        break
      case 'head':
      case 'done':
      case 'malformed':
        break
    }
    this.consumed = at
    return this.#phase === 'done' || this.#phase === 'malformed' ? this.#phase : 'more'
  }

  /** The peer has closed: `done` when that is how this answer ends, `more` when something is missing. */
  close(): ParseState {
    if (this.#phase === 'until-close') return 'done'
    if (this.#phase === 'head' && this.#pendingLength > 0) {
      // The last line has not been looked at, as its end might have come.
      this.#readHead(this.#pending!, 0, this.#pendingLength)
    }
    return this.#phase === 'done' || this.#phase === 'malformed' ? this.#phase : 'more'
  }

  /** Returns the offset up to which the bytes are used; the phase tells whether the head is complete. */
  #feedHead(bytes: Uint8Array, offset: number): number {
    const before = this.#pendingLength
    const limit = Math.min(bytes.length, offset + HEAD_BYTES_MAX - before)
    if (before === 0) {
      const end = this.#readHead(bytes, offset, limit)
      if (end !== HEAD_GOES_ON) return end
      this.#keep(bytes, offset, limit)
    } else {
      const pending = this.#keep(bytes, offset, limit)
      // What goes on within a line can wait for its end; the status line is looked at at once.
      const lineFeed = before < STATUS_BYTES ? offset : bytes.indexOf(LF, offset)
      if (lineFeed >= 0 && lineFeed < limit) {
        const end = this.#readHead(pending, 0, this.#pendingLength)
        if (end !== HEAD_GOES_ON) {
          this.#pendingLength = 0
          return offset + end - before
        }
      }
    }
    if (this.#pendingLength === HEAD_BYTES_MAX)
      this.#refuse(`its head is longer than ${HEAD_BYTES_MAX} bytes`)
    return limit
  }

  /** The offset after the head, or `HEAD_GOES_ON`; of a malformed one, some offset. */
  #readHead(bytes: Uint8Array, start: number, limit: number): number {
    const head = this.head
    const end = parseHead(bytes, start, limit, head, this.#selected)
    if (typeof end === 'string') {
      this.#refuse(end)
      return limit
    }
    if (end === HEAD_GOES_ON) return HEAD_GOES_ON
    if (head.status >= 200) {
      this.hasHead = true
      this.#phase = this.#bodyPhase(head)
    } else this.#passInterim(head)
    return end
  }

  /** Interim answers are skipped, as far as another one may follow them (RFC 9110, section 15.2). */
  #passInterim(head: ResponseHead): void {
    if (head.status === 101) this.#refuse('it switches protocols, which nobody asked for')
    else if (head.minorVersion === 0) this.#refuse('an interim answer is of HTTP/1.0')
    else if (head.connectionClose) this.#refuse('an interim answer announces the end')
    else if (++this.#interimAnswers > INTERIM_ANSWERS_MAX) this.#refuse('too many interim answers')
  }

  /** How the body ends: the rules of RFC 9112, section 6.3, in their order. */
  #bodyPhase(head: ResponseHead): Phase {
    if (this.#toHead || head.status === 204 || head.status === 304) return 'done'
    if (head.transferCoding === 'chunked') {
      this.#chunkedBody.start()
      return 'chunked'
    }
    if (head.transferCoding === 'other' || head.contentLength === -1) return 'until-close'
    this.#bodyLeft = head.contentLength
    return head.contentLength === 0 ? 'done' : 'fixed'
  }

  /** Appends to the pending head; the buffer grows as needed, to the bound at most. */
  #keep(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = this.#pendingLength + end - start
    let pending = this.#pending
    if (pending === undefined || pending.length < length) {
      const grown = new Uint8Array(Math.min(HEAD_BYTES_MAX, Math.max(1_024, length * 2)))
      if (pending !== undefined) grown.set(pending.subarray(0, this.#pendingLength))
      pending = grown
      this.#pending = grown
    }
    if (end - start > COPIED_ONE_BY_ONE) {
      pending.set(bytes.subarray(start, end), this.#pendingLength)
    } else {
      for (let at = start, to = this.#pendingLength; at < end; at++) pending[to++] = bytes[at]!
    }
    this.#pendingLength = length
    return pending
  }

  #refuse(fault: string): void {
    this.#phase = 'malformed'
    this.fault = fault
  }
}
