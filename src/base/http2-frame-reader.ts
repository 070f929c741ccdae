import { HEAD_BYTES, type RawFrame } from './http2-frames.ts'

/** What came is no frame that we take, whatever its type. */
export type OversizeFrame = 'oversize'

/**
 * Cuts bytes into frames, however they are split. A frame that arrives in one piece is not copied; at
 * most one frame is kept. After an oversize frame nothing more is read.
 */
export class FrameReader {
  readonly #frameBytesMax: number
  /** The beginning of a frame whose rest has not come yet. */
  #held: Uint8Array = new Uint8Array(0)
  #heldLength = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #offset = 0

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax
  }

  /** More has come. Whatever came before has been read by `next`. */
  feed(bytes: Uint8Array): void {
    this.#bytes = bytes
    this.#offset = 0
  }

  /** The next whole frame; undefined when more bytes are needed. */
  next(): RawFrame | OversizeFrame | undefined {
    return this.#heldLength > 0 ? this.#nextHeld() : this.#nextDirect()
  }

  /** The stream of the frame that has begun and not ended; 0 when there is none. */
  get stream(): number {
    return this.#heldLength < HEAD_BYTES ? 0 : readStream(this.#held, 0)
  }

  #nextDirect(): RawFrame | OversizeFrame | undefined {
    const start = this.#offset
    const left = this.#bytes.length - start
    if (left >= HEAD_BYTES) {
      const length = readLength(this.#bytes, start)
      if (length > this.#frameBytesMax) return 'oversize'
      if (left >= HEAD_BYTES + length) {
        this.#offset = start + HEAD_BYTES + length
        return cut(this.#bytes, start, length)
      }
    }
    this.#hold(left)
    return undefined
  }

  #nextHeld(): RawFrame | OversizeFrame | undefined {
    if (this.#heldLength < HEAD_BYTES) this.#hold(HEAD_BYTES - this.#heldLength)
    if (this.#heldLength < HEAD_BYTES) return undefined
    const length = readLength(this.#held, 0)
    if (length > this.#frameBytesMax) return 'oversize'
    this.#hold(HEAD_BYTES + length - this.#heldLength)
    if (this.#heldLength < HEAD_BYTES + length) return undefined
    this.#heldLength = 0
    return cut(this.#held, 0, length)
  }

  #hold(wanted: number): void {
    const taken = this.#bytes.subarray(this.#offset, this.#offset + wanted)
    const length = this.#heldLength + taken.length
    if (length > this.#held.length) this.#grow(length)
    this.#held.set(taken, this.#heldLength)
    this.#heldLength = length
    this.#offset += taken.length
  }

  /** Most connections never hold more than a few bytes. */
  #grow(length: number): void {
    const bytesMax = HEAD_BYTES + this.#frameBytesMax
    const grown = new Uint8Array(Math.min(bytesMax, Math.max(64, length * 2)))
    grown.set(this.#held)
    this.#held = grown
  }
}

function cut(bytes: Uint8Array, start: number, length: number): RawFrame {
  return {
    type: bytes[start + 3]!,
    flags: bytes[start + 4]!,
    stream: readStream(bytes, start),
    payload: bytes.subarray(start + HEAD_BYTES, start + HEAD_BYTES + length),
  }
}

function readLength(bytes: Uint8Array, start: number): number {
  return (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!
}

/** Without the reserved bit, which is to be ignored (RFC 9113, section 4.1). */
function readStream(bytes: Uint8Array, start: number): number {
  const high = (bytes[start + 5]! & 0x7f) << 24
  return high | (bytes[start + 6]! << 16) | (bytes[start + 7]! << 8) | bytes[start + 8]!
}
