import { SpdyError } from './spdy-error.ts'

/** Names in lower case. Several values of one name are joined by `, `. */
export type SpdyHeaders = Readonly<Record<string, string>>

const PAIRS_MAX = 100

/** Section 2.6.10 of the SPDY/3 draft: a count, then names and values, each behind its length. */
export function decodeHeaders(block: Uint8Array): SpdyHeaders {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  let at = 0
  const takeNumber = () => {
    if (at + 4 > block.length) throw cutOff()
    at += 4
    return view.getUint32(at - 4)
  }
  const takeText = () => {
    const length = takeNumber()
    if (length > block.length - at) throw cutOff()
    at += length
    return decoder.decode(block.subarray(at - length, at))
  }
  const count = takeNumber()
  if (count > PAIRS_MAX) throw new SpdyError('a stream has too many headers')
  const headers = new Map<string, string>()
  for (let pair = 0; pair < count; pair++) {
    const name = takeText().toLowerCase()
    headers.set(name, takeText().replaceAll('\0', ', '))
  }
  return Object.fromEntries(headers)
}

function cutOff(): SpdyError {
  return new SpdyError('a header block is cut off')
}

const decoder = new TextDecoder()

/**
 * No headers, compressed. A block of DEFLATE may be stored as it is (RFC 1951 section 3.2.4), and so nothing
 * has to be remembered between the blocks; only the first has zlib's header in front. The empty block behind it is
 * the flush that readers wait for before they give anything out.
 */
export function encodeNoHeaders(isFirst: boolean): Uint8Array {
  const stored = [0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff]
  return Uint8Array.from(isFirst ? [0x78, 0x01, ...stored] : stored)
}
