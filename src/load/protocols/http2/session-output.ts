import { concatenate } from '../../../base/concatenate.ts'
import {
  encodeFrame,
  encodeWindowUpdate,
  FLAG,
  FRAME,
  FRAME_BYTES_DEFAULT,
  WINDOW_DEFAULT,
  WINDOW_MAX,
} from '../../../base/http2-frames.ts'
import type { ReceiveWindow } from './receive-window.ts'
import type { Http2Stream } from './stream.ts'

/** So much goes into one write. */
const BATCH_BYTES = 262_144
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
  #parts: Uint8Array[] = []
  #byteCount = 0
  #window = WINDOW_DEFAULT
  #owed = 0
  #isBlocked = false

  /** `write` returns false when the socket takes no more for now. */
  constructor(write: (bytes: Uint8Array) => boolean) {
    this.#write = write
  }

  add(part: Uint8Array): void {
    this.#parts.push(part)
    this.#byteCount += part.length
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
      const isFull = this.#byteCount >= BATCH_BYTES
      this.flush()
      if (!isFull || this.#isBlocked) return
    }
  }

  /** Sends what is queued. */
  flush(): void {
    if (this.#parts.length === 0) return
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : concatenate(this.#parts)
    this.#parts = []
    this.#byteCount = 0
    if (!this.#write(bytes)) this.#isBlocked = true
  }

  unblock(): void {
    this.#isBlocked = false
    this.#owed = 0
  }

  #queueBodies(): void {
    for (let hasProgress = true; hasProgress;) {
      hasProgress = false
      for (const stream of this.#sending) {
        if (this.#byteCount >= BATCH_BYTES) return
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
