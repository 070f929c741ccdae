import type { SelectedHeaders } from './selected-headers.ts'

/** The head of an answer, as far as its framing and the fate of the connection depend on it. */
export interface ResponseHead {
  status: number
  /** The version is HTTP/1.0 or HTTP/1.1. */
  minorVersion: 0 | 1
  /** -1 without a Content-Length. */
  contentLength: number
  transferCoding: 'none' | 'chunked' | 'other'
  /** What the Connection header said. */
  connectionClose: boolean
  connectionKeepAlive: boolean
}

export const HEADER_LINES_MAX = 256

const CR = 13
const LF = 10
const COLON = 58
const SPACE = 32
const TAB = 9
const COMMA = 44
const SEMICOLON = 59

/** Everything that can be an answer begins so; anything else is refused at its first wrong byte. */
const PREFIX = asciiBytes('HTTP/1.')

/** What a header name is made of: tchar of RFC 9110, section 5.6.2. */
const TOKEN = byteTable(
  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
)

/** What a field value or a reason phrase is made of: tab, space, visible characters, obs-text (section 5.5). */
const FIELD = byteTable('\t')
FIELD.fill(1, 0x20, 0x7f)
FIELD.fill(1, 0x80)

const CONTENT_LENGTH = asciiBytes('content-length')
const CONNECTION = asciiBytes('connection')
const TRANSFER_ENCODING = asciiBytes('transfer-encoding')
const CHUNKED = asciiBytes('chunked')
const CLOSE = asciiBytes('close')
const KEEP_ALIVE = asciiBytes('keep-alive')

/** What `parseHead` answers when the head goes on behind the bytes that are there. */
export const HEAD_GOES_ON = 0

/**
 * Reads a head from `bytes[start, end)` into `head` (RFC 9112). Returns the offset after its empty
 * line, `HEAD_GOES_ON`, or what is wrong with it: also of a head that is not whole. Strict where
 * leniency could change where the answer ends: lines end in CRLF, no folded lines, no space before a
 * colon, no repeated Content-Length, none beside a Transfer-Encoding (section 6.3 allows to treat it
 * as an error).
 */
export function parseHead(
  bytes: Uint8Array,
  start: number,
  end: number,
  head: ResponseHead,
  selected?: SelectedHeaders,
): number | string {
  selected?.clear()
  head.contentLength = -1
  head.transferCoding = 'none'
  head.connectionClose = false
  head.connectionKeepAlive = false
  const statusLine = readStatusLine(bytes, start, end, head)
  if (typeof statusLine === 'string' || statusLine === HEAD_GOES_ON) return statusLine
  let at = statusLine
  for (let lines = 0; at < end; lines++) {
    const nameStart = at
    while (at < end && TOKEN[bytes[at]!] === 1) at++
    if (at === end) return HEAD_GOES_ON
    const nameEnd = at
    if (nameEnd === nameStart && bytes[at] === CR) {
      if (at + 1 === end) return HEAD_GOES_ON
      return bytes[at + 1] === LF ? at + 2 : 'a header name is not valid'
    }
    if (lines === HEADER_LINES_MAX) return `more than ${HEADER_LINES_MAX} header lines`
    if (nameEnd === nameStart || bytes[nameEnd] !== COLON) return 'a header name is not valid'
    const valueStart = ++at
    while (at < end && FIELD[bytes[at]!] === 1) at++
    if (at + 1 < end) {
      if (bytes[at] !== CR || bytes[at + 1] !== LF) return faultOfEnd(bytes[at]!, 'a header value')
    } else if (at === end || bytes[at] === CR) return HEAD_GOES_ON
    else return faultOfEnd(bytes[at]!, 'a header value')
    selected?.read(bytes, nameStart, nameEnd, valueStart, at)
    const fault = readHeader(bytes, nameStart, nameEnd, valueStart, at, head)
    if (fault !== undefined) return fault
    at += 2
  }
  return HEAD_GOES_ON
}

/** What is wrong with a line that ends in `byte`. */
function faultOfEnd(byte: number, what: string): string {
  return byte === LF ? 'a line ends without CR' : `${what} is not valid`
}

/** True for bytes that may stand in a header name. */
export function isTokenByte(byte: number): boolean {
  return TOKEN[byte] === 1
}

/** True for bytes that may stand in a header value. */
export function isFieldByte(byte: number): boolean {
  return FIELD[byte] === 1
}

/** Returns the offset after the line, `HEAD_GOES_ON`, or what is wrong. */
function readStatusLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  head: ResponseHead,
): number | string {
  const prefix = Math.min(PREFIX.length, end - start)
  for (let index = 0; index < prefix; index++) {
    const byte = bytes[start + index]
    if (byte === PREFIX[index]) continue
    if (index === 0 && (byte === CR || byte === LF)) return 'it begins with an empty line'
    return 'it does not begin with HTTP/1.'
  }
  // What comes before the reason has a fixed length.
  if (end - start <= 12) return HEAD_GOES_ON
  const minor = bytes[start + 7]! - 48
  if (minor !== 0 && minor !== 1) return 'its version is not HTTP/1.0 or HTTP/1.1'
  if (bytes[start + 8] !== SPACE) return 'its version is not HTTP/1.0 or HTTP/1.1'
  head.minorVersion = minor
  let status = 0
  for (let at = start + 9; at < start + 12; at++) {
    const digit = bytes[at]! - 48
    if (!(digit >= 0 && digit <= 9)) return 'its status is not valid'
    status = status * 10 + digit
  }
  let at = start + 12
  // The space before an empty reason is required by RFC 9112, section 4, and left out by some servers.
  if (status < 100 || (bytes[at] !== SPACE && bytes[at] !== CR)) return 'its status is not valid'
  head.status = status
  while (at < end && FIELD[bytes[at]!] === 1) at++
  if (at === end || (bytes[at] === CR && at + 1 === end)) return HEAD_GOES_ON
  if (bytes[at] === CR && bytes[at + 1] === LF) return at + 2
  return faultOfEnd(bytes[at]!, 'its reason')
}

function readHeader(
  bytes: Uint8Array,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
  head: ResponseHead,
): string | undefined {
  switch (nameEnd - nameStart) {
    case 14:
      if (!matches(bytes, nameStart, CONTENT_LENGTH)) return undefined
      return readContentLength(bytes, valueStart, valueEnd, head)
    case 10:
      if (matches(bytes, nameStart, CONNECTION)) readConnection(bytes, valueStart, valueEnd, head)
      return undefined
    case 17:
      if (!matches(bytes, nameStart, TRANSFER_ENCODING)) return undefined
      return readTransferEncoding(bytes, valueStart, valueEnd, head)
    default:
      return undefined
  }
}

/** 1*DIGIT (RFC 9110, section 8.6), at most 15 of them: more bytes than that are not countable. */
function readContentLength(
  bytes: Uint8Array,
  start: number,
  end: number,
  head: ResponseHead,
): string | undefined {
  if (head.contentLength !== -1) return 'Content-Length is given twice'
  if (head.transferCoding !== 'none') return 'both Content-Length and Transfer-Encoding are given'
  let at = start
  let last = end
  while (at < last && isBlank(bytes[at]!)) at++
  while (last > at && isBlank(bytes[last - 1]!)) last--
  if (at === last || last - at > 15) return 'Content-Length is not a length'
  let length = 0
  for (; at < last; at++) {
    const digit = bytes[at]! - 48
    if (digit < 0 || digit > 9) return 'Content-Length is not a length'
    length = length * 10 + digit
  }
  head.contentLength = length
  return undefined
}

/**
 * `chunked` frames the body only as the last coding, and may be applied once; an answer with other
 * codings alone ends with the connection (RFC 9112, sections 6.1 and 6.3).
 */
function readTransferEncoding(
  bytes: Uint8Array,
  start: number,
  end: number,
  head: ResponseHead,
): string | undefined {
  if (head.transferCoding !== 'none') return 'Transfer-Encoding is given twice'
  if (head.contentLength !== -1) return 'both Content-Length and Transfer-Encoding are given'
  if (head.minorVersion === 0) return 'Transfer-Encoding is given in HTTP/1.0'
  // Whitespace all the same (RFC 9110, section 5.6.3), but parsers disagree about the coding then.
  if (hasTab(bytes, start, end)) return 'Transfer-Encoding has a tab'
  let isChunked = false
  // A value without anything has one empty element, and so has one that ends in a comma.
  for (let at = start; at <= end;) {
    const comma = elementEnd(bytes, at, end)
    const from = skipBlanks(bytes, at, comma)
    // To be ignored by RFC 9110, section 5.6.1.2, but parsers disagree about where such an answer ends.
    if (from === comma) return 'Transfer-Encoding has an empty element'
    if (isChunked) return 'chunked is not the last coding'
    let nameEnd = from
    while (nameEnd < comma && TOKEN[bytes[nameEnd]!] === 1) nameEnd++
    const rest = skipBlanks(bytes, nameEnd, comma)
    if (nameEnd === from || (rest < comma && bytes[rest] !== SEMICOLON))
      return 'Transfer-Encoding is not a list of codings'
    isChunked = isWord(bytes, from, nameEnd, CHUNKED)
    // Section 7.1: parameters of chunked are to be treated as an error.
    if (isChunked && rest < comma) return 'chunked has a parameter'
    at = comma + 1
  }
  head.transferCoding = isChunked ? 'chunked' : 'other'
  return undefined
}

function readConnection(bytes: Uint8Array, start: number, end: number, head: ResponseHead): void {
  for (let at = start; at < end;) {
    const comma = elementEnd(bytes, at, end)
    const from = skipBlanks(bytes, at, comma)
    let to = comma
    while (to > from && isBlank(bytes[to - 1]!)) to--
    if (isWord(bytes, from, to, CLOSE)) head.connectionClose = true
    else if (isWord(bytes, from, to, KEEP_ALIVE)) head.connectionKeepAlive = true
    at = comma + 1
  }
}

/** Where the element of a comma-separated value ends that begins at `start`. */
function elementEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== COMMA) at++
  return at
}

function hasTab(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === TAB) return true
  return false
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isBlank(bytes[at]!)) at++
  return at
}

function isWord(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  return end - start === word.length && matches(bytes, start, word)
}

/** Compares with letters of lower case only; `name` has the length that the caller found. */
function matches(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[start + index]!
    const expected = name[index]!
    if (byte !== expected && (byte | 0x20) !== expected) return false
  }
  return true
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function byteTable(characters: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of asciiBytes(characters)) table[byte] = 1
  return table
}
