import { assertNever, invariant } from '../../../base/invariant.ts'
import { FrameReader } from '../../../base/http2-frame-reader.ts'
import {
  CLIENT_PREFACE,
  encodeFrame,
  encodeGoAway,
  encodeResetStream,
  encodeSettings,
  encodeWindowUpdate,
  ERROR,
  FLAG,
  FRAME,
  FRAME_BYTES_DEFAULT,
  HEAD_BYTES,
  SETTING,
  WINDOW_DEFAULT,
  WINDOW_MAX,
} from '../../../base/http2-frames.ts'
import { type HeaderFrame, HeaderReader, type WholeHeaders } from './header-reader.ts'
import { NO_DYNAMIC_TABLE } from './hpack-encoder.ts'
import type { Field } from './hpack-static-table.ts'
import { type Frame, type FrameFault, parseFrame } from './parse-frame.ts'
import { PeerSettings } from './peer-settings.ts'
import { ReceiveWindow } from './receive-window.ts'
import { SessionOutput } from './session-output.ts'
import { misuseOf, StreamTable } from './stream-table.ts'
import { Http2Stream, type StreamFailure, type StreamOwner, type StreamRequest } from './stream.ts'

type FrameOf<Type extends Frame['type']> = Extract<Frame, { readonly type: Type }>

/** What the owner of a session is told of the connection as a whole. */
export interface SessionOwner {
  /** False: stop, until `onDrain` is called. */
  write(bytes: Uint8Array): boolean
  /** The server takes no new streams: said before those end that it denies. May come more than once. */
  onGoAway(): void
  /** The peer did against the protocol: GOAWAY is written, nothing more is read, all streams fail now. */
  onBroken(reason: string): void
}

interface GoAway {
  readonly lastStream: number
  readonly code: number
}

const STREAM_WINDOW = 1_048_576
const CONNECTION_WINDOW = 16 * STREAM_WINDOW
const HEADER_BOUNDS = { listBytesMax: 65_536, fieldsMax: 256 }

/**
 * The client's side of one HTTP/2 connection (RFC 9113), over bytes in and bytes out. It sends each request
 * once, and ends each stream once. What a peer does wrong ends the stream or, where the RFC says so, the
 * connection; it never throws, and keeps no more than its bounds.
 */
export class Http2Session {
  readonly #owner: SessionOwner
  readonly #output: SessionOutput
  readonly #reader = new FrameReader(FRAME_BYTES_DEFAULT)
  readonly #headers = new HeaderReader(HEADER_BOUNDS)
  readonly #peer = new PeerSettings()
  readonly #streams = new StreamTable()
  readonly #receiveWindow = new ReceiveWindow(CONNECTION_WINDOW)
  #hasSettings = false
  #isAcknowledged = false
  #goAway: GoAway | undefined
  #isOver = false

  constructor(owner: SessionOwner) {
    this.#owner = owner
    this.#output = new SessionOutput((bytes) => owner.write(bytes))
  }

  get streamCount(): number {
    return this.#streams.size
  }

  /** Streams that may be opened now. Infinity, as far as the server has not said otherwise. */
  get capacity(): number {
    if (this.isDraining) return 0
    return Math.max(0, this.#peer.maxConcurrentStreams - this.#streams.size)
  }

  /** It will never again take a stream; those that are open go on. */
  get isDraining(): boolean {
    return this.#isOver || this.#goAway !== undefined || this.#streams.isExhausted
  }

  /** Says that we speak HTTP/2 and waits for no answer. It goes out with the first request. */
  start(): void {
    this.#output.add(new TextEncoder().encode(CLIENT_PREFACE))
    this.#output.add(
      encodeSettings([
        [SETTING.enablePush, 0],
        [SETTING.initialWindowSize, STREAM_WINDOW],
        [SETTING.maxHeaderListSize, HEADER_BOUNDS.listBytesMax],
      ]),
    )
    this.#output.add(encodeWindowUpdate(0, CONNECTION_WINDOW - WINDOW_DEFAULT))
  }

  /** Queues a request on a stream of its own, for the next `flush`, and returns the stream's number. Only while there is capacity. */
  request(request: StreamRequest, owner: StreamOwner): number {
    invariant(this.capacity > 0, 'a stream is opened while there is capacity for it')
    const id = this.#streams.takeId()
    const stream = new Http2Stream(id, request, {
      owner,
      sendWindow: this.#peer.initialWindowSize,
      receiveWindow: new ReceiveWindow(STREAM_WINDOW),
    })
    this.#streams.add(stream)
    const { headerBlock } = request
    const block = id === 1 ? Uint8Array.of(...NO_DYNAMIC_TABLE, ...headerBlock) : headerBlock
    const endStream = stream.unsent === undefined
    this.#output.addHeaders(block, { stream: id, endStream })
    if (!endStream) this.#output.addBody(stream)
    return id
  }

  /** Sends all that is queued, and of the bodies what may be sent: requests of one turn are one write. */
  flush(): void {
    if (!this.#isOver) this.#output.pump()
  }

  /** Gives a stream up; its owner is told nothing. */
  cancel(id: number): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) return
    this.#reset(stream, ERROR.cancel)
    this.#output.flush()
  }

  receive(bytes: Uint8Array): void {
    this.#reader.feed(bytes)
    while (!this.#isOver) {
      const raw = this.#reader.next()
      if (raw === undefined) break
      if (raw === 'oversize') {
        return this.#break(ERROR.frameSizeError, 'a frame is larger than was allowed')
      }
      const frame = parseFrame(raw)
      if (this.#isInOrder(frame)) this.#handle(frame, HEAD_BYTES + raw.payload.length)
    }
    this.flush()
  }

  /** The socket takes bytes again. */
  onDrain(): void {
    this.#output.unblock()
    this.flush()
  }

  /** Says goodbye; the owner then ends the connection. What is still open ends as lost. */
  close(): void {
    if (this.#isOver) return
    this.#output.add(encodeGoAway(0, ERROR.noError))
    this.#output.flush()
    this.lose()
  }

  /** The connection has ended, and every open stream with it. */
  lose(): void {
    this.#isOver = true
    const begun = this.#reader.stream
    const isAfterGoAway = this.#goAway !== undefined
    this.#failAll(({ id, hasFirstByte }) => ({
      kind: 'lost',
      hasFirstByte: hasFirstByte || id === begun,
      isAfterGoAway,
    }))
  }

  /** RFC 9113, sections 3.4 and 4.3: SETTINGS come first, and nothing comes between the parts of a block. */
  #isInOrder(frame: Frame): boolean {
    const isSettings = frame.type === 'settings' && !frame.isAcknowledgment
    const isContinuation = frame.type === 'continuation'
    if (!this.#hasSettings && !isSettings) {
      this.#break(ERROR.protocolError, 'the first frame is not SETTINGS')
    } else if (isContinuation !== this.#headers.isAmid) {
      this.#break(ERROR.protocolError, 'a header block and its CONTINUATION are not together')
    }
    return !this.#isOver
  }

  #handle(frame: Frame, byteCount: number): void {
    switch (frame.type) {
      case 'data':
        return this.#onData(frame, byteCount)
      case 'headers':
      case 'continuation':
        return this.#onHeaderFrame(frame, byteCount)
      case 'reset-stream':
        return this.#onResetStream(frame)
      case 'settings':
        return this.#onSettings(frame)
      case 'push-promise':
        return this.#break(ERROR.protocolError, 'PUSH_PROMISE, which was not allowed')
      case 'ping':
        return this.#onPing(frame)
      case 'go-away':
        return this.#onGoAway(frame)
      case 'window-update':
        return this.#onWindowUpdate(frame)
      case 'priority':
      case 'unknown':
        return
      case 'fault':
        return this.#onFault(frame)
      default:
        return assertNever(frame)
    }
  }

  #onData(frame: FrameOf<'data'>, byteCount: number): void {
    // Also what is ignored takes its room.
    if (!this.#receiveWindow.take(frame.flowBytes)) {
      return this.#break(ERROR.flowControlError, 'more DATA than the connection has room for')
    }
    this.#output.refill(0, this.#receiveWindow)
    const stream = this.#streamOf(frame)
    if (stream === undefined) return
    noteReceived(stream, byteCount)
    if (!stream.receiveWindow.take(frame.flowBytes)) {
      return this.#fail(stream, ERROR.flowControlError, 'more DATA than the stream has room for')
    }
    const fault = stream.response.onData(frame.data.length)
    if (fault !== undefined) return this.#fail(stream, ERROR.protocolError, fault)
    if (frame.data.length > 0) stream.owner.onData(frame.data)
    if (this.#streams.get(stream.id) === undefined) return
    if (frame.endStream) this.#end(stream, [])
    else this.#output.refill(stream.id, stream.receiveWindow)
  }

  #onHeaderFrame(frame: HeaderFrame, byteCount: number): void {
    const stream = this.#streams.get(frame.stream)
    if (stream !== undefined) noteReceived(stream, byteCount)
    const read = this.#headers.read(frame)
    if (read?.type === 'fault') this.#onFault(read)
    else if (read !== undefined) this.#onHeaders(read)
  }

  #onHeaders(headers: WholeHeaders): void {
    const stream = this.#streamOf(headers)
    if (stream === undefined) return
    const { fields, endStream } = headers
    if (fields === undefined) {
      return this.#fail(stream, ERROR.enhanceYourCalm, 'the header list is too long')
    }
    const meaning = stream.response.onHeaders(fields, endStream)
    switch (meaning.kind) {
      case 'interim':
        return
      case 'head':
        stream.owner.onHead(meaning.head)
        if (endStream && this.#streams.get(stream.id) !== undefined) this.#end(stream, [])
        return
      case 'trailers':
        return this.#end(stream, meaning.fields)
      case 'malformed':
        return this.#fail(stream, ERROR.protocolError, meaning.reason)
      default:
        return assertNever(meaning)
    }
  }

  #onResetStream({ stream: id, code }: FrameOf<'reset-stream'>): void {
    const state = this.#streams.stateOf(id)
    if (state.kind === 'idle') return this.#onMisuse(misuseOf(state, id))
    if (state.kind !== 'open') return
    this.#remove(state.stream, 'peer')
    const isRefused = code === ERROR.refusedStream && !state.stream.hasFirstByte
    state.stream.owner.onFailure(isRefused ? { kind: 'refused' } : { kind: 'reset', code })
  }

  #onSettings({ isAcknowledgment, settings }: FrameOf<'settings'>): void {
    if (isAcknowledgment) {
      if (this.#isAcknowledged) this.#break(ERROR.protocolError, 'SETTINGS acknowledged twice')
      this.#isAcknowledged = true
      return
    }
    this.#hasSettings = true
    const windowBefore = this.#peer.initialWindowSize
    const fault = this.#peer.apply(settings)
    if (fault !== undefined) return this.#break(fault.code, fault.reason)
    for (const stream of this.#streams.all()) {
      stream.sendWindow += this.#peer.initialWindowSize - windowBefore
      if (stream.sendWindow > WINDOW_MAX) {
        return this.#break(ERROR.flowControlError, 'a window is too large')
      }
    }
    this.#answer(encodeFrame(FRAME.settings, { flags: FLAG.acknowledged }))
  }

  #onPing({ isAcknowledgment, opaque }: FrameOf<'ping'>): void {
    if (isAcknowledgment) return
    this.#answer(encodeFrame(FRAME.ping, { flags: FLAG.acknowledged, payload: opaque }))
  }

  #answer(frame: Uint8Array): void {
    if (this.#output.addOwed(frame)) return
    this.#break(ERROR.enhanceYourCalm, 'a flood of frames that ask for an answer')
  }

  #onGoAway({ lastStream, code }: FrameOf<'go-away'>): void {
    if (this.#goAway !== undefined && lastStream > this.#goAway.lastStream) {
      return this.#break(ERROR.protocolError, 'a GOAWAY takes back one before it')
    }
    this.#goAway = { lastStream, code }
    this.#owner.onGoAway()
    for (const stream of this.#streams.all()) {
      if (stream.id <= lastStream) continue
      this.#remove(stream, 'us')
      const reason = 'GOAWAY denies a stream that has been answered'
      stream.owner.onFailure(
        stream.hasFirstByte ? { kind: 'malformed', reason } : { kind: 'goaway-unprocessed', code },
      )
    }
  }

  #onWindowUpdate({ stream: id, increment }: FrameOf<'window-update'>): void {
    if (id === 0) {
      if (!this.#output.widen(increment)) {
        this.#break(ERROR.flowControlError, "the connection's window is too large")
      }
      return
    }
    const state = this.#streams.stateOf(id)
    if (state.kind === 'idle') return this.#onMisuse(misuseOf(state, id))
    if (state.kind !== 'open') return
    state.stream.sendWindow += increment
    if (state.stream.sendWindow > WINDOW_MAX) {
      this.#fail(state.stream, ERROR.flowControlError, "the stream's window is too large")
    }
  }

  #onFault({ stream: id, code, reason }: FrameFault): void {
    if (id === 0) return this.#break(code, reason)
    const state = this.#streams.stateOf(id)
    if (state.kind === 'open') this.#fail(state.stream, code, reason)
    else if (state.kind === 'idle') this.#break(code, reason)
  }

  /** The open stream of a frame of an answer; undefined when there is none, and what is due has been done. */
  #streamOf({ stream: id }: { readonly stream: number }): Http2Stream | undefined {
    const stream = this.#streams.get(id)
    if (stream === undefined) this.#onMisuse(misuseOf(this.#streams.stateOf(id), id))
    return stream
  }

  #onMisuse(fault: FrameFault | undefined): void {
    if (fault === undefined) return
    if (fault.stream === 0) return this.#break(fault.code, fault.reason)
    this.#streams.close(fault.stream, 'us')
    this.#output.add(encodeResetStream(fault.stream, fault.code))
  }

  #end(stream: Http2Stream, trailers: readonly Field[]): void {
    const fault = stream.response.onEnd()
    if (fault !== undefined) return this.#fail(stream, ERROR.protocolError, fault)
    // An answer that is whole counts, even if it came before the request was (RFC 9113, section 8.1).
    if (stream.unsent === undefined) this.#remove(stream, 'end')
    else this.#reset(stream, ERROR.cancel)
    stream.owner.onEnd(trailers)
  }

  #fail(stream: Http2Stream, code: number, reason: string): void {
    this.#reset(stream, code)
    stream.owner.onFailure({ kind: 'malformed', reason })
  }

  #reset(stream: Http2Stream, code: number): void {
    this.#remove(stream, 'us')
    this.#output.add(encodeResetStream(stream.id, code))
  }

  #remove(stream: Http2Stream, by: 'us' | 'peer' | 'end'): void {
    this.#streams.close(stream.id, by)
    this.#output.dropBody(stream)
  }

  #break(code: number, reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#output.add(encodeGoAway(0, code))
    this.#output.flush()
    this.#owner.onBroken(reason)
    this.#failAll(() => ({ kind: 'malformed', reason }))
  }

  #failAll(failureOf: (stream: Http2Stream) => StreamFailure): void {
    const streams = this.#streams.all()
    for (const stream of streams) this.#remove(stream, 'us')
    for (const stream of streams) stream.owner.onFailure(failureOf(stream))
  }
}

function noteReceived(stream: Http2Stream, byteCount: number): void {
  stream.hasFirstByte = true
  stream.owner.onReceived(byteCount)
}
