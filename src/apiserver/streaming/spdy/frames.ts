import { SpdyError } from './spdy-error.ts'

/** The kinds of control frames (SPDY/3 draft, section 2.6). */
export const FRAME = {
  SYN_STREAM: 1,
  SYN_REPLY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  HEADERS: 8,
  WINDOW_UPDATE: 9,
} as const

/** Nothing follows on this stream from who sends it. */
export const FLAG_FIN = 1

export interface FrameHandlers {
  /** A part of a data frame, as it comes; `isLast`: the frame says that nothing follows on the stream. */
  onData(streamId: number, bytes: Uint8Array, isLast: boolean): void
  onControl(frame: ControlFrame): void
}

export interface ControlFrame {
  readonly type: number
  readonly flags: number
  readonly payload: Uint8Array
}

const VERSION = 3
const HEADER_BYTES = 8
const CONTROL_BYTES_MAX = 64 * 1024

type Reading =
  | { readonly what: 'header'; readonly bytes: Uint8Array; filled: number }
  | {
      readonly what: 'control'
      readonly type: number
      readonly flags: number
      readonly bytes: Uint8Array
      filled: number
    }
  | { readonly what: 'data'; readonly streamId: number; readonly isLast: boolean; left: number }

/** Bytes to frames, wherever they were cut. Throws SpdyError for what is no SPDY/3. */
export class FrameReader {
  readonly #handlers: FrameHandlers
  #reading: Reading = newHeader()

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers
  }

  receive(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      const reading = this.#reading
      if (reading.what === 'data') {
        const part = bytes.subarray(at, at + reading.left)
        at += part.length
        this.#takeData(reading, part)
        continue
      }
      const part = bytes.subarray(at, at + reading.bytes.length - reading.filled)
      reading.bytes.set(part, reading.filled)
      reading.filled += part.length
      at += part.length
      if (reading.filled < reading.bytes.length) continue
      if (reading.what === 'header') this.#takeHeader(reading.bytes)
      else this.#takeControl(reading.type, reading.flags, reading.bytes)
    }
  }

  #takeHeader(bytes: Uint8Array): void {
    const [a = 0, b = 0, c = 0, d = 0, flags = 0] = bytes
    const length = uint32(bytes, 4) & 0xffffff
    if ((a & 0x80) === 0) {
      const streamId = uint32(bytes, 0)
      const isLast = (flags & FLAG_FIN) !== 0
      const data: Reading = { what: 'data', streamId, isLast, left: length }
      this.#reading = data
      if (length === 0) this.#takeData(data, new Uint8Array(0))
      return
    }
    const version = ((a & 0x7f) << 8) | b
    if (version !== VERSION) throw new SpdyError(`SPDY/${version} is not spoken here`)
    if (length > CONTROL_BYTES_MAX) throw new SpdyError('a control frame is too long')
    const type = (c << 8) | d
    if (length === 0) return this.#takeControl(type, flags, new Uint8Array(0))
    this.#reading = { what: 'control', type, flags, bytes: new Uint8Array(length), filled: 0 }
  }

  #takeControl(type: number, flags: number, payload: Uint8Array): void {
    this.#reading = newHeader()
    this.#handlers.onControl({ type, flags, payload })
  }

  #takeData(reading: Extract<Reading, { what: 'data' }>, part: Uint8Array): void {
    reading.left -= part.length
    const isWhole = reading.left === 0
    if (isWhole) this.#reading = newHeader()
    this.#handlers.onData(reading.streamId, part, isWhole && reading.isLast)
  }
}

function newHeader(): Reading {
  return { what: 'header', bytes: new Uint8Array(HEADER_BYTES), filled: 0 }
}

/** The 32-bit number at `offset`; SpdyError where the frame is too short for it. */
export function uint32(bytes: Uint8Array, offset: number): number {
  if (offset + 4 > bytes.length) throw new SpdyError('a frame is too short')
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset)
}

/** A control frame of numbers, with bytes behind them. */
export function controlFrame(
  type: number,
  numbers: readonly number[],
  rest: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const length = numbers.length * 4 + rest.length
  const frame = new Uint8Array(HEADER_BYTES + length)
  const view = new DataView(frame.buffer)
  view.setUint16(0, 0x8000 | VERSION)
  view.setUint16(2, type)
  view.setUint32(4, length)
  for (const [index, number] of numbers.entries()) view.setUint32(HEADER_BYTES + index * 4, number)
  frame.set(rest, HEADER_BYTES + numbers.length * 4)
  return frame
}

/** A frame of at most 16 MiB - 1. */
export function dataFrame(streamId: number, bytes: Uint8Array, isLast: boolean): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + bytes.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, streamId)
  view.setUint32(4, bytes.length)
  view.setUint8(4, isLast ? FLAG_FIN : 0)
  frame.set(bytes, HEADER_BYTES)
  return frame
}
