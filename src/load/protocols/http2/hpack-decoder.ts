import { HpackDynamicTable } from './hpack-dynamic-table.ts'
import { type Field, STATIC_TABLE } from './hpack-static-table.ts'
import { HpackTexts } from './hpack-texts.ts'

export interface HeaderListBounds {
  /** Names, values and 32 for each field (RFC 9113, section 6.5.2). */
  readonly listBytesMax: number
  readonly fieldsMax: number
}

export type DecodedHeaders =
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  /** Valid, and more than we wish to keep. The table is as it should be, and the connection can go on. */
  | { readonly kind: 'too-long' }
  /** What follows on this connection cannot be understood any more. */
  | { readonly kind: 'malformed'; readonly reason: string }

/** Larger numbers are refused (RFC 7541, section 5.1); no index, length or size is ever so large. */
const INTEGER_MAX = 0x0fff_ffff

/** Reads header blocks in the order in which they came (RFC 7541). Each is given whole. */
export class HpackDecoder {
  readonly #bounds: HeaderListBounds
  readonly #tableBytesMax: number
  readonly #table: HpackDynamicTable
  readonly #texts = new HpackTexts()
  #bytes: Uint8Array = new Uint8Array(0)
  #offset = 0
  #fault = ''
  #fields: Field[] = []
  #listBytes = 0

  constructor(bounds: HeaderListBounds, tableBytesMax: number) {
    this.#bounds = bounds
    this.#tableBytesMax = tableBytesMax
    this.#table = new HpackDynamicTable(tableBytesMax)
  }

  decode(block: Uint8Array): DecodedHeaders {
    this.#bytes = block
    this.#offset = 0
    this.#fault = ''
    this.#fields = []
    this.#listBytes = 0
    let isTooLong = false
    let hasField = false
    while (this.#offset < block.length && this.#fault === '') {
      if ((block[this.#offset]! & 0xe0) === 0x20) {
        this.#resize(hasField)
        continue
      }
      hasField = true
      const field = this.#readField()
      if (field === undefined) break
      this.#listBytes += field[0].length + field[1].length + 32
      isTooLong ||=
        this.#listBytes > this.#bounds.listBytesMax || this.#fields.length >= this.#bounds.fieldsMax
      if (!isTooLong) this.#fields.push(field)
    }
    if (this.#fault !== '') return { kind: 'malformed', reason: this.#fault }
    return isTooLong ? { kind: 'too-long' } : { kind: 'fields', fields: this.#fields }
  }

  /** RFC 7541, section 6. Undefined when there is a fault. */
  #readField(): Field | undefined {
    const first = this.#bytes[this.#offset]!
    if ((first & 0x80) !== 0) return this.#lookUp(this.#readInteger(7))
    const isIndexed = (first & 0x40) !== 0
    const index = this.#readInteger(isIndexed ? 6 : 4)
    const name = index === 0 ? this.#readText() : this.#lookUp(index)?.[0]
    const value = this.#readText()
    if (name === undefined || this.#fault !== '') return undefined
    const field: Field = [name, value]
    if (isIndexed) this.#table.add(field)
    return field
  }

  #lookUp(index: number): Field | undefined {
    if (this.#fault !== '') return undefined
    const field =
      index <= STATIC_TABLE.length
        ? STATIC_TABLE[index - 1]
        : this.#table.at(index - STATIC_TABLE.length - 1)
    if (field === undefined) this.#refuse(`there is no field with the index ${index}`)
    return field
  }

  /** RFC 7541, sections 4.2 and 6.3: only in front of all fields, and only up to what we allowed. */
  #resize(hasField: boolean): void {
    const bytesMax = this.#readInteger(5)
    if (hasField) this.#refuse('the size of the table changes between fields')
    else if (bytesMax > this.#tableBytesMax) this.#refuse('the table is larger than was allowed')
    else this.#table.resize(bytesMax)
  }

  /** RFC 7541, section 5.1. */
  #readInteger(prefixBits: number): number {
    const prefix = (1 << prefixBits) - 1
    let value = this.#readByte() & prefix
    if (value < prefix) return value
    for (let shift = 0; ; shift += 7) {
      const byte = this.#readByte()
      value += (byte & 0x7f) * 2 ** shift
      // Zeros without end would be valid, and are refused too.
      if (value > INTEGER_MAX || shift > 28) this.#refuse('a number is too large')
      if ((byte & 0x80) === 0 || this.#fault !== '') return value
    }
  }

  /** RFC 7541, section 5.2. */
  #readText(): string {
    if (this.#fault !== '') return ''
    const isHuffman = ((this.#bytes[this.#offset] ?? 0) & 0x80) !== 0
    const length = this.#readInteger(7)
    const end = this.#offset + length
    if (end > this.#bytes.length) this.#refuse('a text is longer than its block')
    if (this.#fault !== '') return ''
    const text = this.#texts.read(this.#bytes, { start: this.#offset, end, isHuffman })
    this.#offset = end
    if (text === undefined) this.#refuse('a text is not in the Huffman code')
    return text ?? ''
  }

  #readByte(): number {
    const byte = this.#bytes[this.#offset]
    if (byte === undefined) this.#refuse('it ends in the middle of a field')
    this.#offset++
    return byte ?? 0
  }

  #refuse(reason: string): void {
    if (this.#fault === '') this.#fault = reason
  }
}
