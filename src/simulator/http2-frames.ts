/** As much of HTTP/2 as one exchange takes (RFC 9113), with header lists in the plainest form that HPACK has. */
export interface Http2Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Uint8Array
}

export const CLIENT_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
export const FRAME = { data: 0, headers: 1, resetStream: 3, settings: 4, ping: 6 } as const
export const FLAG = { endStream: 1, acknowledged: 1, endHeaders: 4 } as const

const HEAD_BYTES = 9
const EMPTY = new Uint8Array(0)

export function encodeFrame(
  type: number,
  { flags = 0, stream = 0, payload = EMPTY }: Partial<Omit<Http2Frame, 'type'>> = {},
): Uint8Array {
  const frame = new Uint8Array(HEAD_BYTES + payload.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, (payload.length << 8) | type)
  view.setUint8(4, flags)
  view.setUint32(5, stream)
  frame.set(payload, HEAD_BYTES)
  return frame
}

/** Cuts what arrives into frames. */
export class FrameReader {
  #received: Uint8Array = EMPTY

  push(bytes: Uint8Array): readonly Http2Frame[] {
    this.#received = joinBytes([this.#received, bytes])
    const frames: Http2Frame[] = []
    for (;;) {
      const view = new DataView(this.#received.buffer, this.#received.byteOffset)
      if (this.#received.length < HEAD_BYTES) return frames
      const end = HEAD_BYTES + (view.getUint32(0) >>> 8)
      if (this.#received.length < end) return frames
      frames.push({
        type: view.getUint8(3),
        flags: view.getUint8(4),
        stream: view.getUint32(5) & 0x7fff_ffff,
        payload: this.#received.slice(HEAD_BYTES, end),
      })
      this.#received = this.#received.slice(end)
    }
  }
}

/** Each field as a literal without indexing and without Huffman code (RFC 7541 §6.2.2). */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Uint8Array {
  const fields = Object.entries(headers).flatMap(([name, value]) => [
    Uint8Array.of(0),
    encodeText(name),
    encodeText(value),
  ])
  return joinBytes(fields)
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

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** The length is an integer with a prefix of 7 bits (RFC 7541 §5.1); two bytes are enough for 254. */
function encodeText(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text).subarray(0, LENGTH_MAX)
  const length = bytes.length < 127 ? [bytes.length] : [127, bytes.length - 127]
  return joinBytes([Uint8Array.from(length), bytes])
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
