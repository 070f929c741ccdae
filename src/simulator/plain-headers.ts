import { concatenate } from '../base/concatenate.ts'

/** Header lists of HTTP/2 in the plainest form that HPACK has, which is all that the simulator speaks. */

/** Each field as a literal without indexing and without Huffman code (RFC 7541 §6.2.2). */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Uint8Array {
  const fields = Object.entries(headers).flatMap(([name, value]) => [
    Uint8Array.of(0),
    encodeText(name),
    encodeText(value),
  ])
  return concatenate(fields)
}

/** Reads what `encodeHeaders` writes; undefined for any other form. */
export function decodeHeaders(bytes: Uint8Array): Record<string, string> | undefined {
  const headers: Record<string, string> = {}
  for (let offset = 0; offset < bytes.length;) {
    if (bytes[offset] !== 0) return undefined
    const name = decodeText(bytes, offset + 1)
    const value = name && decodeText(bytes, name.end)
    if (name === undefined || value === undefined) return undefined
    headers[name.text] = value.text
    offset = value.end
  }
  return headers
}

/** The length is an integer with a prefix of 7 bits (RFC 7541 §5.1); two bytes are enough for 254. */
function encodeText(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text).subarray(0, LENGTH_MAX)
  const length = bytes.length < 127 ? [bytes.length] : [127, bytes.length - 127]
  return concatenate([Uint8Array.from(length), bytes])
}

const LENGTH_MAX = 254

function decodeText(
  bytes: Uint8Array,
  offset: number,
): { readonly text: string; readonly end: number } | undefined {
  const first = bytes[offset]
  const second = bytes[offset + 1] ?? 0
  if (first === undefined || first > 127 || (first === 127 && second > 127)) return undefined
  const start = offset + (first === 127 ? 2 : 1)
  const end = start + (first === 127 ? 127 + second : first)
  return { text: new TextDecoder().decode(bytes.subarray(start, end)), end }
}
