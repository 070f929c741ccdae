import { type ExtensionPhase, stepExtension } from './chunk-extension.ts'
import { HEADER_LINES_MAX, isFieldByte, isTokenByte } from './response-head.ts'
import type { BodySink } from './response-sink.ts'

/** A chunk-size line, extensions included, is cut off beyond this. */
const SIZE_LINE_BYTES_MAX = 4_096
const TRAILER_BYTES_MAX = 65_536
/** Hexadecimal ones: a size that counts exactly. */
const SIZE_DIGITS_MAX = 13

/** Fields that frame a message or rule its connection may not come after it (RFC 9110, section 6.5.1). */
const HEAD_FIELDS: readonly string[] = [
  'content-length',
  'transfer-encoding',
  'trailer',
  'connection',
]
/** Longer names need not be kept: none of the fields that count has one. */
const FIELD_NAME_KEPT = 18

type Phase =
  | 'size'
  | 'extension'
  | 'size-line-feed'
  | 'payload'
  | 'payload-return'
  | 'payload-line-feed'
  | 'trailer-start'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-line-feed'
  | 'last-line-feed'
  | 'done'
  | 'malformed'

const CR = 13
const LF = 10
const SEMICOLON = 59
const COLON = 58

/** Reads a body in the chunked coding (RFC 9112, section 7.1), byte by byte except for what it carries. */
export class ChunkedBody {
  /** What is wrong, of a malformed body. */
  fault = ''
  #phase: Phase = 'size'
  #size = 0
  #digits = 0
  #lineBytes = 0
  #extension: ExtensionPhase = 'name-start'
  #trailerBytes = 0
  #trailerLines = 0
  #fieldName = ''

  get state(): 'more' | 'done' | 'malformed' {
    return this.#phase === 'done' || this.#phase === 'malformed' ? this.#phase : 'more'
  }

  start(): void {
    this.#phase = 'size'
    this.#size = 0
    this.#digits = 0
    this.#lineBytes = 0
    this.#trailerBytes = 0
    this.#trailerLines = 0
  }

  /** Reads from `offset` on; returns the offset after the last byte that belongs to the body. */
  feed(bytes: Uint8Array, offset: number, sink?: BodySink): number {
    let at = offset
    while (at < bytes.length && this.state === 'more') {
      if (this.#phase === 'payload') {
        const taken = Math.min(this.#size, bytes.length - at)
        sink?.take(bytes.subarray(at, at + taken))
        this.#size -= taken
        at += taken
        if (this.#size === 0) this.#phase = 'payload-return'
      } else {
        this.#phase = this.#next(bytes[at]!)
        at++
      }
    }
    return at
  }

  #next(byte: number): Phase {
    switch (this.#phase) {
      case 'size':
        return this.#readSize(byte)
      case 'extension':
        return this.#readExtension(byte)
      case 'size-line-feed':
        if (byte !== LF) return this.#refuse('a line of the chunked body does not end in CRLF')
        return this.#size === 0 ? 'trailer-start' : 'payload'
      case 'payload-return':
        return byte === CR
          ? 'payload-line-feed'
          : this.#refuse('a chunk is not as long as its size')
      case 'payload-line-feed':
        if (byte !== LF) return this.#refuse('a chunk is not as long as its size')
        this.#digits = 0
        this.#lineBytes = 0
        return 'size'
      case 'trailer-start':
      case 'trailer-name':
      case 'trailer-value':
      case 'trailer-line-feed':
        return this.#readTrailer(byte)
      case 'last-line-feed':
        return byte === LF
          ? 'done'
          : this.#refuse('a line of the chunked body does not end in CRLF')
      default:
        return this.#phase
    }
  }

  #readSize(byte: number): Phase {
    const digit = hexDigit(byte)
    if (digit !== -1) {
      if (++this.#digits > SIZE_DIGITS_MAX)
        return this.#refuse('a chunk size is too large to count')
      this.#size = this.#size * 16 + digit
      return 'size'
    }
    if (this.#digits === 0) return this.#refuse('a chunk size is not valid')
    if (byte === CR) return 'size-line-feed'
    if (byte !== SEMICOLON) return this.#refuse('a chunk size is not valid')
    this.#extension = 'name-start'
    return 'extension'
  }

  #readExtension(byte: number): Phase {
    if (++this.#lineBytes > SIZE_LINE_BYTES_MAX)
      return this.#refuse('a chunk extension is too long')
    const next = stepExtension(this.#extension, byte)
    if (next === 'end') return 'size-line-feed'
    if (next === 'malformed') return this.#refuse('a chunk extension is not valid')
    this.#extension = next
    return 'extension'
  }

  #readTrailer(byte: number): Phase {
    if (++this.#trailerBytes > TRAILER_BYTES_MAX) return this.#refuse('the trailers are too long')
    switch (this.#phase) {
      case 'trailer-start':
        if (byte === CR) return 'last-line-feed'
        if (!isTokenByte(byte)) return this.#refuse('the name of a trailer is not valid')
        if (++this.#trailerLines > HEADER_LINES_MAX)
          return this.#refuse('the trailers are too long')
        this.#fieldName = String.fromCharCode(byte)
        return 'trailer-name'
      case 'trailer-name':
        if (byte === COLON) {
          return HEAD_FIELDS.includes(this.#fieldName.toLowerCase())
            ? this.#refuse('a trailer belongs into the head')
            : 'trailer-value'
        }
        if (!isTokenByte(byte)) return this.#refuse('the name of a trailer is not valid')
        if (this.#fieldName.length < FIELD_NAME_KEPT) this.#fieldName += String.fromCharCode(byte)
        return 'trailer-name'
      case 'trailer-value':
        if (byte === CR) return 'trailer-line-feed'
        return isFieldByte(byte) ? 'trailer-value' : this.#refuse('a trailer is not valid')
      default:
        return byte === LF
          ? 'trailer-start'
          : this.#refuse('a line of the chunked body does not end in CRLF')
    }
  }

  #refuse(fault: string): 'malformed' {
    this.fault = fault
    return 'malformed'
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 0x20
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
