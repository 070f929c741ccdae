import { concatenate } from '../../base/concatenate.ts'
import { NUMBER_DIGITS } from '../../timeline/request-id.ts'

/** Where a template has `{{n}}`, a request has its number, with leading zeros. */
const MARK = '{{n}}'
/** As long as the number that takes its place, so that all lengths are right before it is known. */
const WIDE_MARK = '{{number}}'
const MARK_BYTES = new TextEncoder().encode(MARK)
const WIDE_MARK_BYTES = new TextEncoder().encode(WIDE_MARK)
/** Copies of a small request are made by the block, as one by one they cost an allocation each. */
const BLOCK_BYTES = 16_384
const ZERO = 48

/** `text` with its marks as wide as numbers. */
export function widenMarks(text: string): string {
  return text.replaceAll(MARK, WIDE_MARK)
}

/** The same for bytes, which need not be text. */
export function widenMarkBytes(bytes: Uint8Array): Uint8Array {
  const places = placesIn(bytes, MARK_BYTES)
  if (places.length === 0) return bytes
  const ends = [0, ...places.map((place) => place + MARK_BYTES.length)]
  const pieces = ends.flatMap((end, index) => {
    const place = places[index]
    return place === undefined
      ? [bytes.subarray(end)]
      : [bytes.subarray(end, place), WIDE_MARK_BYTES]
  })
  return concatenate(pieces)
}

/**
 * Bytes that are made once for all repetitions of a request, with places for the number of each. Without such
 * places they are the same for all.
 */
export class NumberedBytes {
  readonly length: number
  readonly #bytes: Uint8Array
  readonly #places: readonly number[]
  #block = new Uint8Array(0)
  #taken = 0

  /** `bytes` with wide marks. */
  constructor(bytes: Uint8Array) {
    this.length = bytes.length
    this.#places = placesIn(bytes, WIDE_MARK_BYTES)
    this.#bytes = this.#places.length === 0 ? bytes : Uint8Array.from(bytes)
    for (const place of this.#places) this.#bytes.fill(ZERO, place, place + NUMBER_DIGITS)
  }

  /**
   * Those of one request. Nobody writes to them any more: a socket that does not take them at once keeps them
   * until it does, while the next request is on its way.
   */
  take(sequence: number): Uint8Array {
    if (this.#places.length === 0) return this.#bytes
    if (this.#taken + this.length > this.#block.length) this.#refill()
    const start = this.#taken
    this.#taken += this.length
    for (const place of this.#places) writeNumber(this.#block, start + place, sequence)
    return this.#block.subarray(start, this.#taken)
  }

  #refill(): void {
    const copies = Math.max(1, Math.floor(BLOCK_BYTES / this.length))
    const block = new Uint8Array(copies * this.length)
    block.set(this.#bytes)
    for (let filled = this.length; filled < block.length; filled *= 2) {
      block.copyWithin(filled, 0, Math.min(filled, block.length - filled))
    }
    this.#block = block
    this.#taken = 0
  }
}

/** What is in front of the number is zeros already. */
function writeNumber(bytes: Uint8Array, start: number, number: number): void {
  let rest = number
  for (let at = start + NUMBER_DIGITS - 1; rest > 0; at--) {
    const tens = Math.floor(rest / 10)
    bytes[at] = ZERO + rest - tens * 10
    rest = tens
  }
}

/** Where `mark` begins, as bytes. */
function placesIn(bytes: Uint8Array, mark: Uint8Array): number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(mark[0]!); at !== -1;) {
    const isMark = mark.every((byte, index) => bytes[at + index] === byte)
    if (isMark) places.push(at)
    at = bytes.indexOf(mark[0]!, isMark ? at + mark.length : at + 1)
  }
  return places
}
