import { concatenate } from '../../../base/concatenate.ts'
import { ERROR } from '../../../base/http2-frames.ts'
import { HpackDecoder, type HeaderListBounds } from './hpack-decoder.ts'
import type { Field } from './hpack-static-table.ts'
import type { Frame, FrameFault } from './parse-frame.ts'

/** A block that is larger than this before it is decoded ends the connection: it cannot be left out. */
const BLOCK_BYTES_MAX = 131_072
/** Frames of one block; a flood of empty ones would never reach the bound in bytes. */
const BLOCK_FRAMES_MAX = 64
const TABLE_BYTES_MAX = 4_096

export type HeaderFrame = Extract<Frame, { readonly type: 'headers' | 'continuation' }>

export interface WholeHeaders {
  readonly type: 'whole'
  readonly stream: number
  readonly endStream: boolean
  /** Undefined: the list is valid, but longer than our bounds. */
  readonly fields: readonly Field[] | undefined
}

/** Header lists of one connection, put together of HEADERS and CONTINUATION (RFC 9113, section 4.3). */
export class HeaderReader {
  readonly #hpack: HpackDecoder
  #fragments: Uint8Array[] = []
  #byteCount = 0
  #stream = 0
  #endStream = false

  constructor(bounds: HeaderListBounds) {
    this.#hpack = new HpackDecoder(bounds, TABLE_BYTES_MAX)
  }

  /** A list has begun and not ended: nothing but its CONTINUATION may come. */
  get isAmid(): boolean {
    return this.#fragments.length > 0
  }

  /** Undefined: there is more to come. All faults are the connection's. */
  read(frame: HeaderFrame): WholeHeaders | FrameFault | undefined {
    if (frame.type === 'headers') {
      this.#stream = frame.stream
      this.#endStream = frame.endStream
      this.#byteCount = 0
    } else if (frame.stream !== this.#stream) {
      return fault(ERROR.protocolError, 'CONTINUATION of another stream')
    }
    this.#byteCount += frame.fragment.length
    if (this.#byteCount > BLOCK_BYTES_MAX || this.#fragments.length === BLOCK_FRAMES_MAX) {
      return fault(ERROR.enhanceYourCalm, 'a header block is too large')
    }
    if (frame.endHeaders) return this.#decode(frame.fragment)
    // Not `slice`: what reads from sockets hands over Node's buffers, of which that is no copy.
    this.#fragments.push(new Uint8Array(frame.fragment))
    return undefined
  }

  /** Every block is decoded, whatever became of its stream: what comes later may point into it. */
  #decode(last: Uint8Array): WholeHeaders | FrameFault {
    const block = this.isAmid ? concatenate([...this.#fragments, last]) : last
    this.#fragments = []
    const decoded = this.#hpack.decode(block)
    if (decoded.kind === 'malformed') return fault(ERROR.compressionError, decoded.reason)
    return {
      type: 'whole',
      stream: this.#stream,
      endStream: this.#endStream,
      fields: decoded.kind === 'fields' ? decoded.fields : undefined,
    }
  }
}

function fault(code: number, reason: string): FrameFault {
  return { type: 'fault', stream: 0, code, reason }
}
