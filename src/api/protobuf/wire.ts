/**
 * Reads protobuf's wire format. Faults have the words of the Go code that Kubernetes uses (gogo/protobuf).
 * https://protobuf.dev/programming-guides/encoding/
 */

/** Why bytes are no message. It is the sender's fault: see decode.ts for what becomes of it. */
export class WireFault extends Error {
  override readonly name = 'WireFault'
}

export const VARINT = 0
const FIXED64 = 1
export const LENGTH_DELIMITED = 2
const START_GROUP = 3
const END_GROUP = 4
const FIXED32 = 5

/** A varint has at most so many bytes. */
const VARINT_BYTES_MAX = 10

export interface Tag {
  readonly number: number
  readonly wireType: number
}

const TEXT = new TextDecoder('utf-8', { ignoreBOM: true })

export class WireReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#bytes.length
  }

  tag(message: string): Tag {
    const short = this.#shortVarint()
    const value = short ?? this.varint()
    const isLong = typeof value === 'bigint'
    const number = isLong ? Number(BigInt.asIntN(32, value >> 3n)) : value >> 3
    const wireType = isLong ? Number(value & 7n) : value & 7
    if (wireType === END_GROUP) {
      throw new WireFault(`proto: ${message}: wiretype end group for non-group`)
    }
    if (number > 0) return { number, wireType }
    const whole = isLong ? BigInt.asIntN(64, value) : value
    throw new WireFault(`proto: ${message}: illegal tag ${number} (wire type ${whole})`)
  }

  /** As 64 bits without a sign. */
  varint(): bigint {
    let value = 0n
    for (let index = 0; index < VARINT_BYTES_MAX; index++) {
      const byte = this.#bytes[this.#offset++]
      if (byte === undefined) throw unexpectedEnd()
      value |= BigInt(byte & 0x7f) << BigInt(7 * index)
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new WireFault('proto: integer overflow')
  }

  int32(): number {
    return this.#shortVarint() ?? Number(BigInt.asIntN(32, this.varint()))
  }

  /** Beyond 2^53 not exact, as in JSON data. */
  int64(): number {
    return this.#shortVarint() ?? Number(BigInt.asIntN(64, this.varint()))
  }

  /** A U+FEFF in front stays; bytes that are no UTF-8 become U+FFFD, as in Go's JSON. */
  text(): string {
    return TEXT.decode(this.bytes())
  }

  /** Not a copy. */
  bytes(): Uint8Array {
    const length = this.int64()
    if (length < 0) throw new WireFault('proto: negative length found during unmarshaling')
    if (length > this.#bytes.length - this.#offset) throw unexpectedEnd()
    const start = this.#offset
    this.#offset += length
    return this.#bytes.subarray(start, this.#offset)
  }

  /** Passes over the value of a field that nobody knows; groups by counting, not by recursion. */
  skip({ wireType }: Tag): void {
    let groups = 0
    let type = wireType
    for (;;) {
      if (type === START_GROUP) groups++
      else if (type === END_GROUP) groups--
      else this.#skipValue(type)
      if (groups < 0) throw new WireFault('proto: unexpected end of group')
      if (groups === 0) return
      type = Number(this.varint() & 7n)
    }
  }

  /** Most are of one byte, which needs no arithmetic of 64 bits. Undefined, and nothing read, otherwise. */
  #shortVarint(): number | undefined {
    const byte = this.#bytes[this.#offset]
    if (byte === undefined || byte >= 0x80) return undefined
    this.#offset++
    return byte
  }

  #skipValue(wireType: number): void {
    switch (wireType) {
      case VARINT:
        this.varint()
        return
      case FIXED64:
        return this.#advance(8)
      case LENGTH_DELIMITED:
        this.bytes()
        return
      case FIXED32:
        return this.#advance(4)
      default:
        throw new WireFault(`proto: illegal wireType ${wireType}`)
    }
  }

  #advance(length: number): void {
    this.#offset += length
    if (this.#offset > this.#bytes.length) throw unexpectedEnd()
  }
}

function unexpectedEnd(): WireFault {
  return new WireFault('unexpected EOF')
}
