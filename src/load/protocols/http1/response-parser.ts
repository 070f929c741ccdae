import { ChunkedBody } from './chunked-body.ts'
import { parseHead, type ResponseHead } from './response-head.ts'
import type { BodySink } from './response-sink.ts'
import type { SelectedHeaders } from './selected-headers.ts'

/** Status line and headers of one answer together, interim answers apart. */
const HEAD_BYTES_MAX = 65_536
/** Interim answers (1xx) before the final one. */
const INTERIM_ANSWERS_MAX = 32

/** `more`: the answer is not complete yet. `malformed` is final. */
export type ParseState = 'more' | 'done' | 'malformed'

type Phase = 'head' | 'fixed' | 'chunked' | 'until-close' | 'done' | 'malformed'

const CR = 13
const LF = 10
/** Everything that can be an answer begins so; anything else is refused at its first wrong byte. */
const PREFIX = [72, 84, 84, 80, 47, 49, 46]

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
  /** Where the search for the end of the head goes on. */
  #scanFrom = 0

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
    this.#toHead = toHead
    this.#interimAnswers = 0
    this.#pendingLength = 0
    this.#scanFrom = 0
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
    return this.#phase === 'done' || this.#phase === 'malformed' ? this.#phase : 'more'
  }

  /** Returns the offset up to which the bytes are used; the phase tells whether the head is complete. */
  #feedHead(bytes: Uint8Array, offset: number): number {
    if (this.#pendingLength === 0) {
      this.#scanFrom = offset
      const end = this.#findHeadEnd(bytes, offset, Math.min(bytes.length, offset + HEAD_BYTES_MAX))
      if (end > 0) {
        this.#readHead(bytes, offset, end)
        return end
      }
      if (this.#phase === 'malformed') return offset
      if (bytes.length - offset >= HEAD_BYTES_MAX) return this.#refuseLongHead(offset)
      this.#keep(bytes, offset, bytes.length)
      this.#scanFrom -= offset
      return bytes.length
    }
    const before = this.#pendingLength
    const taken = Math.min(bytes.length - offset, HEAD_BYTES_MAX - before)
    const pending = this.#keep(bytes, offset, offset + taken)
    const end = this.#findHeadEnd(pending, 0, this.#pendingLength)
    if (end > 0) {
      this.#pendingLength = 0
      this.#readHead(pending, 0, end)
      return offset + end - before
    }
    if (this.#phase === 'malformed') return offset
    if (this.#pendingLength === HEAD_BYTES_MAX) return this.#refuseLongHead(offset)
    return offset + taken
  }

  /** The offset after the empty line; -1 when it is not there yet or the head cannot be valid. */
  #findHeadEnd(bytes: Uint8Array, start: number, end: number): number {
    for (let index = 0; index < PREFIX.length && start + index < end; index++) {
      const byte = bytes[start + index]
      if (byte === PREFIX[index]) continue
      if (index === 0 && (byte === CR || byte === LF))
        return this.#refuse('it begins with an empty line')
      return this.#refuse('it does not begin with HTTP/1.')
    }
    let at = this.#scanFrom
    for (;;) {
      const lineFeed = bytes.indexOf(LF, at)
      if (lineFeed === -1 || lineFeed >= end) break
      if (lineFeed === start || bytes[lineFeed - 1] !== CR)
        return this.#refuse('a line ends without CR')
      if (lineFeed - start >= 3 && bytes[lineFeed - 2] === LF) return lineFeed + 1
      at = lineFeed + 1
    }
    this.#scanFrom = end
    return -1
  }

  #readHead(bytes: Uint8Array, start: number, end: number): void {
    const head = this.head
    const fault = parseHead(bytes, start, end, head, this.#selected)
    if (fault !== undefined) this.#refuse(fault)
    else if (head.status >= 200) this.#phase = this.#bodyPhase(head)
    else this.#passInterim(head)
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
    pending.set(bytes.subarray(start, end), this.#pendingLength)
    this.#pendingLength = length
    return pending
  }

  #refuseLongHead(offset: number): number {
    this.#refuse(`its head is longer than ${HEAD_BYTES_MAX} bytes`)
    return offset
  }

  #refuse(fault: string): -1 {
    this.#phase = 'malformed'
    this.fault = fault
    return -1
  }
}
