import { decodeHuffman } from './hpack-huffman.ts'

/** Where a text lies in its block, and in which of the two codes of RFC 7541, section 5.2. */
export interface TextPlace {
  readonly start: number
  readonly end: number
  readonly isHuffman: boolean
}

interface Known {
  readonly octets: Uint8Array
  readonly isHuffman: boolean
  readonly text: string
}

const PLACES = 64
/** Longer ones are seldom the same twice. */
const KNOWN_BYTES_MAX = 64

/** Reads the texts of one connection. Servers say the same again and again: what was read lately is not decoded anew. */
export class HpackTexts {
  /** By a hash of their octets; of two in one place, the later. */
  readonly #known: (Known | undefined)[] = []

  /** The octets as characters; undefined when they are not in Huffman's code. */
  read(bytes: Uint8Array, place: TextPlace): string | undefined {
    const { start, end, isHuffman } = place
    if (end - start > KNOWN_BYTES_MAX) return decode(bytes, place)
    const index = hashOf(bytes, start, end) % PLACES
    const known = this.#known[index]
    if (known !== undefined && known.isHuffman === isHuffman && isAt(bytes, start, known.octets)) {
      if (known.octets.length === end - start) return known.text
    }
    const text = decode(bytes, place)
    if (text === undefined) return undefined
    // Not `slice`: of Node's buffers that is no copy.
    const octets = new Uint8Array(bytes.subarray(start, end))
    this.#known[index] = { octets, isHuffman, text }
    return text
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start
  for (let index = start; index < end; index++) hash = (Math.imul(hash, 31) + bytes[index]!) | 0
  return hash >>> 0
}

function isAt(bytes: Uint8Array, start: number, octets: Uint8Array): boolean {
  for (let index = 0; index < octets.length; index++) {
    if (bytes[start + index] !== octets[index]) return false
  }
  return true
}

function decode(bytes: Uint8Array, { start, end, isHuffman }: TextPlace): string | undefined {
  if (isHuffman) return decodeHuffman(bytes, start, end)
  let text = ''
  for (let index = start; index < end; index++) text += String.fromCharCode(bytes[index]!)
  return text
}
