import {
  encodeFrame,
  encodeWindowUpdate,
  FLAG,
  FRAME,
  FRAME_BYTES_DEFAULT,
  headersLength,
  type HeadersOptions,
  WINDOW_DEFAULT,
  WINDOW_MAX,
  writeHeaders,
} from '../../../base/http2-frames.ts'
import type { ReceiveWindow } from './receive-window.ts'
import type { Http2Stream } from './stream.ts'

/** So much goes into one write. */
const BATCH_BYTES = 262_144
/** Memory for what is written, taken in pieces: a piece is used up before there is another one. */
const CHUNK_BYTES = 4_096
/** A larger piece, as bodies need it, is not kept for as long as the connection is there. */
const KEPT_BYTES_MAX = 65_536
/** Answers that we owe (acknowledgments of SETTINGS and PING) while the peer takes nothing: more are a flood. */
const OWED_MAX = 1_000

/**
 * What goes out on one connection: gathered, so that what happens in one turn is one write; bodies as far
 * as the windows reach and the socket takes them, a frame of each stream in turn.
 */
export class SessionOutput {
  readonly #write: (bytes: Uint8Array) => boolean
  /** Streams whose body is not all sent. */
  readonly #sending = new Set<Http2Stream>()
  /** What lies before `#start` is the socket's, and not touched again; up to `#end` it is gathered for the next write. */
  #bytes = new Uint8Array(0)
  #start = 0
  #end = 0
  #window = WINDOW_DEFAULT
  #owed = 0
  #isBlocked = false

  /** `write` returns false when the socket takes no more for now. */
  constructor(write: (bytes: Uint8Array) => boolean) {
    this.#write = write
  }

  add(part: Uint8Array): void {
    const at = this.#take(part.length)
    this.#bytes.set(part, at)
  }

  addHeaders(block: Uint8Array, options: Pick<HeadersOptions, 'stream' | 'endStream'>): void {
    const all = { ...options, frameBytesMax: FRAME_BYTES_DEFAULT }
    const at = this.#take(headersLength(block, all))
    writeHeaders(this.#bytes, at, block, all)
  }

  /** An answer that the peer can make us send. False: it has made us send too many. */
  addOwed(frame: Uint8Array): boolean {
    this.add(frame)
    if (this.#isBlocked) this.#owed++
    return this.#owed <= OWED_MAX
  }

  /** Lets the peer send more, when there is little left. Stream 0 is the connection. */
  refill(stream: number, window: ReceiveWindow): void {
    const increment = window.refill()
    if (increment > 0) this.add(encodeWindowUpdate(stream, increment))
  }

  addBody(stream: Http2Stream): void {
    this.#sending.add(stream)
  }

  dropBody(stream: Http2Stream): void {
    this.#sending.delete(stream)
  }

  /** False: the connection's window is larger than there are numbers for. */
  widen(increment: number): boolean {
    this.#window += increment
    return this.#window <= WINDOW_MAX
  }

  /** Sends all frames, and of the bodies what may be sent. */
  pump(): void {
    for (;;) {
      if (!this.#isBlocked) this.#queueBodies()
      const isFull = this.#isFull
      this.flush()
      if (!isFull || this.#isBlocked) return
    }
  }

  /** Sends what is queued. */
  flush(): void {
    if (this.#start === this.#end) return
    const bytes = this.#bytes.subarray(this.#start, this.#end)
    this.#start = this.#end
    if (this.#bytes.length > KEPT_BYTES_MAX && this.#sending.size === 0) this.#letGo()
    if (!this.#write(bytes)) this.#isBlocked = true
  }

  unblock(): void {
    this.#isBlocked = false
    this.#owed = 0
  }

  #letGo(): void {
    this.#bytes = new Uint8Array(0)
    this.#start = 0
    this.#end = 0
  }

  get #isFull(): boolean {
    return this.#end - this.#start >= BATCH_BYTES
  }

  /** Where the next `byteCount` bytes go. */
  #take(byteCount: number): number {
    if (this.#end + byteCount > this.#bytes.length) {
      const gathered = this.#bytes.subarray(this.#start, this.#end)
      const neededBytes = 2 * (gathered.length + byteCount)
      this.#bytes = new Uint8Array(Math.max(CHUNK_BYTES, neededBytes))
      this.#bytes.set(gathered)
      this.#start = 0
      this.#end = gathered.length
    }
    const at = this.#end
    this.#end += byteCount
    return at
  }

  #queueBodies(): void {
    for (let hasProgress = true; hasProgress;) {
      hasProgress = false
      for (const stream of this.#sending) {
        if (this.#isFull) return
        if (this.#queueData(stream)) hasProgress = true
        if (stream.unsent === undefined) this.#sending.delete(stream)
      }
    }
  }

  #queueData(stream: Http2Stream): boolean {
    const { unsent } = stream
    if (unsent === undefined) return false
    const length = Math.min(FRAME_BYTES_DEFAULT, unsent.length, stream.sendWindow, this.#window)
    if (length <= 0) return false
    const isLast = length === unsent.length
    const flags = isLast ? FLAG.endStream : 0
    const payload = unsent.subarray(0, length)
    this.add(encodeFrame(FRAME.data, { stream: stream.id, flags, payload }))
    stream.sendWindow -= length
    this.#window -= length
    stream.unsent = isLast ? undefined : unsent.subarray(length)
    return true
  }
}
