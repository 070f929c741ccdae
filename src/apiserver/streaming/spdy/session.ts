import type { ByteStream, ByteStreamHandlers } from '../../../world/http-server.ts'
import { SPDY_DICTIONARY } from './dictionary.ts'
import {
  FLAG_FIN,
  FRAME,
  FrameReader,
  controlFrame,
  dataFrame,
  uint32,
  type ControlFrame,
} from './frames.ts'
import { decodeHeaders, encodeNoHeaders, type SpdyHeaders } from './header-block.ts'
import { Inflater } from './inflate.ts'
import { SpdyError } from './spdy-error.ts'

export interface SpdySessionHandlers {
  /** The client opens a stream. Undefined: it is refused. */
  onStream(stream: SpdyStream): SpdyStreamHandlers | undefined
  /** Room for writing again. */
  onDrain(): void
  /** The connection is over, and all its streams with it; they are not told. */
  onClose(): void
}

export interface SpdyStreamHandlers {
  /** `bytes` may be kept. */
  onData(bytes: Uint8Array): void
  /** The client sends no more on it. */
  onEnd(): void
  /** The client wants no more of it. */
  onReset(): void
}

/** Streams at the same time. A port-forward has two for each connection. */
const STREAMS_MAX = 1_000
const HEADER_BYTES_MAX = 16 * 1024
/** So that a long write of one stream does not keep the others waiting. */
const DATA_BYTES_MAX = 32 * 1024

/** Status codes of RST_STREAM and GOAWAY (SPDY/3 draft, sections 2.6.3 and 2.6.6). */
const REFUSED_STREAM = 3
const CANCEL = 5
const GOAWAY_PROTOCOL_ERROR = 1

/** A stream on which nothing of interest comes in. */
export const IGNORED: SpdyStreamHandlers = {
  onData: () => undefined,
  onEnd: () => undefined,
  onReset: () => undefined,
}

/** `open` gives the bytes to work on; their handlers are the session's. */
export function openSpdySession(
  open: (handlers: ByteStreamHandlers) => ByteStream,
  handlers: SpdySessionHandlers,
): SpdySession {
  return new SpdySession(open, handlers)
}

/**
 * The server's side of SPDY/3.1. Kubernetes' clients neither keep to windows nor enlarge them, so that flow
 * control is TCP's: who does not take its bytes pauses the whole connection.
 */
export class SpdySession {
  readonly #handlers: SpdySessionHandlers
  readonly #transport: ByteStream
  readonly #inflater = new Inflater(SPDY_DICTIONARY)
  readonly #reader = new FrameReader({
    onData: (id, bytes, isLast) => this.#takeData(id, bytes, isLast),
    onControl: (frame) => this.#takeControl(frame),
  })
  readonly #streams = new Map<number, SpdyStream>()
  /** Who wants nothing to be read at the moment. */
  readonly #pausing = new Set<unknown>()
  #lastStreamId = 0
  #hasReplied = false
  #state: 'open' | 'broken' | 'closed' = 'open'

  constructor(open: (handlers: ByteStreamHandlers) => ByteStream, handlers: SpdySessionHandlers) {
    this.#handlers = handlers
    this.#transport = open({
      onData: (bytes) => this.#receive(bytes),
      onEnd: () => this.#transport.end(),
      onDrain: () => {
        this.resume(this)
        if (this.#state === 'open') this.#handlers.onDrain()
      },
      onClose: () => this.#finish(),
    })
  }

  /** Nothing is read until everyone who paused has resumed. */
  pause(who: unknown): void {
    if (this.#pausing.size === 0) this.#transport.pause()
    this.#pausing.add(who)
  }

  resume(who: unknown): void {
    if (this.#pausing.delete(who) && this.#pausing.size === 0) this.#transport.resume()
  }

  /** Ends our side, after what was written. */
  end(): void {
    this.#transport.end()
  }

  destroy(): void {
    this.#transport.destroy()
    this.#finish()
  }

  /** For streams: false means that it waits. */
  send(frame: Uint8Array): boolean {
    return this.#state !== 'open' || this.#transport.write(frame)
  }

  isOpen({ id }: SpdyStream): boolean {
    return this.#streams.has(id)
  }

  forget(stream: SpdyStream): void {
    this.#streams.delete(stream.id)
    this.resume(stream)
  }

  #receive(bytes: Uint8Array): void {
    // A client that has been told to go has nothing more to say.
    if (this.#state === 'broken') this.#transport.destroy()
    if (this.#state !== 'open') return
    try {
      this.#reader.receive(bytes)
    } catch (error) {
      if (!(error instanceof SpdyError)) throw error
      this.send(controlFrame(FRAME.GOAWAY, [this.#lastStreamId, GOAWAY_PROTOCOL_ERROR]))
      this.#transport.end()
      this.#finish('broken')
    }
  }

  #finish(state: 'broken' | 'closed' = 'closed'): void {
    if (this.#state !== 'open') return
    this.#state = state
    this.#streams.clear()
    this.#handlers.onClose()
  }

  #takeData(id: number, bytes: Uint8Array, isLast: boolean): void {
    const stream = this.#streams.get(id)
    // What was under way when a stream was reset is nobody's.
    if (stream === undefined) return
    if (bytes.length > 0) stream.handlers?.onData(bytes)
    if (isLast) stream.endRemote()
  }

  #takeControl({ type, flags, payload }: ControlFrame): void {
    switch (type) {
      case FRAME.SYN_STREAM:
        return this.#open(payload, flags)
      case FRAME.HEADERS: {
        // Read for the sake of the compression, which goes on from block to block.
        this.#inflate(payload.subarray(4))
        const stream = this.#streams.get(uint32(payload, 0))
        if ((flags & FLAG_FIN) !== 0) stream?.endRemote()
        return
      }
      case FRAME.RST_STREAM: {
        const stream = this.#streams.get(uint32(payload, 0))
        if (stream === undefined) return
        this.forget(stream)
        return stream.handlers?.onReset()
      }
      case FRAME.PING:
        // Ours would have even numbers, and are not sent.
        if (uint32(payload, 0) % 2 === 1)
          this.#reply(controlFrame(FRAME.PING, [uint32(payload, 0)]))
        return
      case FRAME.SYN_REPLY:
        throw new SpdyError('a reply to a stream that was not opened')
      default:
        // SETTINGS, GOAWAY and WINDOW_UPDATE, and what later versions may add.
        return
    }
  }

  #open(payload: Uint8Array, flags: number): void {
    const id = uint32(payload, 0) & 0x7fffffff
    const headers = this.#inflate(payload.subarray(10))
    if (id % 2 === 0 || id <= this.#lastStreamId) throw new SpdyError(`stream ${id} is out of turn`)
    this.#lastStreamId = id
    const stream = new SpdyStream(this, id, headers)
    const isRoom = this.#streams.size < STREAMS_MAX
    const handlers = isRoom ? this.#handlers.onStream(stream) : undefined
    if (handlers === undefined) {
      this.#reply(controlFrame(FRAME.RST_STREAM, [id, REFUSED_STREAM]))
      return
    }
    stream.handlers = handlers
    this.#streams.set(id, stream)
    this.#reply(controlFrame(FRAME.SYN_REPLY, [id], encodeNoHeaders(!this.#hasReplied)))
    this.#hasReplied = true
    if ((flags & FLAG_FIN) !== 0) stream.endRemote()
  }

  #inflate(block: Uint8Array): SpdyHeaders {
    return decodeHeaders(this.#inflater.inflate(block, HEADER_BYTES_MAX))
  }

  /** A client that asks and does not read the replies is not read either. */
  #reply(frame: Uint8Array): void {
    if (!this.send(frame)) this.pause(this)
  }
}

/** One stream of the client's, open on both sides until each has ended its own. */
export class SpdyStream {
  readonly id: number
  readonly headers: SpdyHeaders
  /** Set by the session before anything arrives. */
  handlers: SpdyStreamHandlers | undefined
  readonly #session: SpdySession
  #hasEnded = false
  #hasRemoteEnded = false

  constructor(session: SpdySession, id: number, headers: SpdyHeaders) {
    this.#session = session
    this.id = id
    this.headers = headers
  }

  /** False: wait for the session's onDrain. */
  write(bytes: Uint8Array): boolean {
    let isTaken = true
    for (let at = 0; at < bytes.length && !this.#hasEnded; at += DATA_BYTES_MAX) {
      const part = bytes.subarray(at, at + DATA_BYTES_MAX)
      isTaken = this.#session.send(dataFrame(this.id, part, false))
    }
    return isTaken
  }

  end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#session.send(dataFrame(this.id, new Uint8Array(0), true))
    if (this.#hasRemoteEnded) this.#session.forget(this)
  }

  reset(): void {
    this.#hasEnded = true
    // The client may have reset it itself.
    if (!this.#session.isOpen(this)) return
    this.#session.send(controlFrame(FRAME.RST_STREAM, [this.id, CANCEL]))
    this.#session.forget(this)
  }

  /** Back-pressure, for the whole connection. */
  pause(): void {
    this.#session.pause(this)
  }

  resume(): void {
    this.#session.resume(this)
  }

  /** For the session: the client has sent its last. */
  endRemote(): void {
    if (this.#hasRemoteEnded) return
    this.#hasRemoteEnded = true
    if (this.#hasEnded) this.#session.forget(this)
    this.handlers?.onEnd()
  }
}
