import { SpdyError } from './spdy-error.ts'

/** How far back a copy may reach (RFC 1951 section 2). */
const WINDOW_BYTES = 32 * 1024

/** The preset dictionary flag of a zlib header (RFC 1950 section 2.2). */
const PRESET_DICTIONARY = 0x20

/**
 * Decompresses a zlib stream (RFC 1950, 1951) that comes in blocks, each flushed to a whole byte: what came
 * before, and before everything the dictionary, can be referred to. One piece of the five
 * hundred that a command sends is a header block, so that clearness counts here and speed does not.
 */
export class Inflater {
  readonly #dictionary: Uint8Array
  #window: Uint8Array = new Uint8Array(0)
  #hasBegun = false

  constructor(dictionary: Uint8Array) {
    this.#dictionary = dictionary
  }

  /** Throws SpdyError for what is no such stream, or longer than `bytesMax`. */
  inflate(block: Uint8Array, bytesMax: number): Uint8Array {
    const bits = new BitReader(block)
    if (!this.#hasBegun) this.#readHeader(bits)
    const output = new Output(this.#window, bytesMax)
    while (!bits.isAtEnd()) inflateBlock(bits, output)
    this.#window = output.window()
    return output.written()
  }

  #readHeader(bits: BitReader): void {
    const method = bits.take(8)
    const flags = bits.take(8)
    if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0) throw broken('a zlib header')
    if ((flags & PRESET_DICTIONARY) !== 0) {
      // There is only one that it can be; its checksum is not looked at.
      for (let byte = 0; byte < 4; byte++) bits.take(8)
      this.#window = this.#dictionary
    }
    this.#hasBegun = true
  }
}

function broken(what: string): SpdyError {
  return new SpdyError(`a header block is no compressed text: ${what} is wrong`)
}

class BitReader {
  readonly #bytes: Uint8Array
  #at = 0
  #held = 0
  #heldCount = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Less than a byte that is left over is filling. */
  isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  take(count: number): number {
    while (this.#heldCount < count) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw broken('its end')
      this.#held |= byte << this.#heldCount
      this.#heldCount += 8
    }
    const taken = this.#held & ((1 << count) - 1)
    this.#held >>>= count
    this.#heldCount -= count
    return taken
  }

  toByteBoundary(): void {
    this.#held = 0
    this.#heldCount = 0
  }
}

class Output {
  readonly #bytes: Uint8Array
  readonly #start: number
  #at: number

  constructor(window: Uint8Array, bytesMax: number) {
    this.#bytes = new Uint8Array(window.length + bytesMax)
    this.#bytes.set(window)
    this.#start = window.length
    this.#at = window.length
  }

  add(byte: number): void {
    if (this.#at === this.#bytes.length) throw new SpdyError('a header block is too long')
    this.#bytes[this.#at++] = byte
  }

  /** What a copy overlaps with is what it has just written. */
  copy(length: number, distance: number): void {
    if (distance > this.#at) throw broken('a distance')
    for (let count = 0; count < length; count++) this.add(this.#bytes[this.#at - distance] ?? 0)
  }

  written(): Uint8Array {
    return this.#bytes.slice(this.#start, this.#at)
  }

  window(): Uint8Array {
    return this.#bytes.slice(Math.max(0, this.#at - WINDOW_BYTES), this.#at)
  }
}

/** RFC 1951 section 3.2.3. The bit for "last block" means nothing here: the stream ends with the connection. */
function inflateBlock(bits: BitReader, output: Output): void {
  bits.take(1)
  switch (bits.take(2)) {
    case 0:
      return copyStored(bits, output)
    case 1:
      return inflateCodes(bits, output, FIXED_LITERALS, FIXED_DISTANCES)
    case 2: {
      const { literals, distances } = readCodes(bits)
      return inflateCodes(bits, output, literals, distances)
    }
    default:
      throw broken('the kind of a block')
  }
}

function copyStored(bits: BitReader, output: Output): void {
  bits.toByteBoundary()
  const length = bits.take(16)
  if ((length ^ bits.take(16)) !== 0xffff) throw broken('a length')
  for (let count = 0; count < length; count++) output.add(bits.take(8))
}

/** Canonical Huffman codes (section 3.2.2): how many there are of each length, and their symbols in order. */
interface Codes {
  readonly counts: readonly number[]
  readonly symbols: readonly number[]
}

const CODE_BITS_MAX = 15

function newCodes(lengths: readonly number[]): Codes {
  const counts = Array.from({ length: CODE_BITS_MAX + 1 }, () => 0)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  const symbols = lengths
    .map((length, symbol) => ({ length, symbol }))
    .filter(({ length }) => length > 0)
    .toSorted((a, b) => a.length - b.length || a.symbol - b.symbol)
    .map(({ symbol }) => symbol)
  return { counts, symbols }
}

/** One bit at a time: `first` is the first code of this length, `index` the place of its symbol. */
function takeSymbol(bits: BitReader, { counts, symbols }: Codes): number {
  let code = 0
  let first = 0
  let index = 0
  for (let length = 1; length <= CODE_BITS_MAX; length++) {
    code = (code << 1) | bits.take(1)
    const count = counts[length] ?? 0
    const symbol = code - first < count ? symbols[index + code - first] : undefined
    if (symbol !== undefined) return symbol
    index += count
    first = (first + count) << 1
  }
  throw broken('a code')
}

const FIXED_LITERALS = newCodes(
  Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
)
const FIXED_DISTANCES = newCodes(Array.from({ length: 30 }, () => 5))

/** The order in which the lengths of the codes for lengths come (section 3.2.7). */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

function readCodes(bits: BitReader): { readonly literals: Codes; readonly distances: Codes } {
  const literalCount = bits.take(5) + 257
  const distanceCount = bits.take(5) + 1
  const lengthCount = bits.take(4) + 4
  const ofLengths = Array.from({ length: 19 }, () => 0)
  for (const symbol of LENGTH_ORDER.slice(0, lengthCount)) ofLengths[symbol] = bits.take(3)
  const codes = newCodes(ofLengths)
  const lengths: number[] = []
  while (lengths.length < literalCount + distanceCount) {
    const symbol = takeSymbol(bits, codes)
    if (symbol < 16) lengths.push(symbol)
    else if (symbol === 16) repeat(lengths, lengths.at(-1) ?? 0, 3 + bits.take(2))
    else if (symbol === 17) repeat(lengths, 0, 3 + bits.take(3))
    else repeat(lengths, 0, 11 + bits.take(7))
  }
  return {
    literals: newCodes(lengths.slice(0, literalCount)),
    distances: newCodes(lengths.slice(literalCount, literalCount + distanceCount)),
  }
}

function repeat(lengths: number[], length: number, count: number): void {
  for (let done = 0; done < count; done++) lengths.push(length)
}

const END_OF_BLOCK = 256

/** Section 3.2.5: lengths from 3 and distances from 1, each with bits that say more. */
const LENGTH_EXTRA = '0 0 0 0 0 0 0 0 1 1 1 1 2 2 2 2 3 3 3 3 4 4 4 4 5 5 5 5'
  .split(' ')
  .map(Number)
const DISTANCE_EXTRA = '0 0 0 0 1 1 2 2 3 3 4 4 5 5 6 6 7 7 8 8 9 9 10 10 11 11 12 12 13 13'
  .split(' ')
  .map(Number)
const LENGTHS = [...basesOf(LENGTH_EXTRA, 3), 258]
const DISTANCES = basesOf(DISTANCE_EXTRA, 1)

function basesOf(extraBits: readonly number[], first: number): readonly number[] {
  let base = first
  return extraBits.map((extra) => {
    const here = base
    base += 1 << extra
    return here
  })
}

function inflateCodes(bits: BitReader, output: Output, literals: Codes, distances: Codes): void {
  for (;;) {
    const symbol = takeSymbol(bits, literals)
    if (symbol === END_OF_BLOCK) return
    if (symbol < END_OF_BLOCK) {
      output.add(symbol)
      continue
    }
    const lengthBase = LENGTHS[symbol - 257]
    if (lengthBase === undefined) throw broken('a length')
    const length = lengthBase + bits.take(LENGTH_EXTRA[symbol - 257] ?? 0)
    const place = takeSymbol(bits, distances)
    const distanceBase = DISTANCES[place]
    if (distanceBase === undefined) throw broken('a distance')
    output.copy(length, distanceBase + bits.take(DISTANCE_EXTRA[place] ?? 0))
  }
}
