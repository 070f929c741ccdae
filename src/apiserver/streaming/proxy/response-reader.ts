/** The backend's answer is no HTTP/1.1. */
export class BadResponseError extends Error {
  override readonly name = 'BadResponseError'
}

export interface ResponseHead {
  readonly status: number
  /** In their order and spelling. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface ResponseReaderHandlers {
  /** Not called for what is only provisional (100, 103). */
  onHead(head: ResponseHead): void
  onBody(bytes: Uint8Array): void
  onEnd(): void
  /** Of an upgraded connection, what followed its head; from then on the reader is not used. */
  onUpgraded(rest: Uint8Array): void
}

const HEAD_BYTES_MAX = 64 * 1024
const CHUNK_LINE_BYTES_MAX = 4 * 1024

type Reading =
  | { readonly what: 'head' }
  | { readonly what: 'length'; left: number }
  | { readonly what: 'chunk size' }
  | { readonly what: 'chunk'; left: number }
  /** The line break behind a chunk. */
  | { readonly what: 'chunk end' }
  | { readonly what: 'trailers' }
  | { readonly what: 'until close' }
  | { readonly what: 'nothing' }

/** Reads one answer (RFC 9112), wherever its bytes were cut. Throws BadResponseError. */
export class ResponseReader {
  readonly #method: string
  readonly #handlers: ResponseReaderHandlers
  #reading: Reading = { what: 'head' }
  /** Of a head or a line, what has come so far. */
  #text = ''

  constructor(method: string, handlers: ResponseReaderHandlers) {
    this.#method = method
    this.#handlers = handlers
  }

  receive(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      const reading = this.#reading
      switch (reading.what) {
        case 'nothing':
          return
        case 'until close':
          return this.#handlers.onBody(bytes.subarray(at))
        case 'length':
        case 'chunk': {
          const part = bytes.subarray(at, at + reading.left)
          at += part.length
          reading.left -= part.length
          this.#handlers.onBody(part)
          if (reading.left > 0) break
          if (reading.what === 'length') this.#end()
          else this.#reading = { what: 'chunk end' }
          break
        }
        default:
          at = this.#takeText(reading.what, bytes, at)
      }
    }
  }

  /** The backend has closed its side. */
  close(): void {
    const { what } = this.#reading
    if (what === 'nothing') return
    if (what !== 'until close') throw new BadResponseError('the answer ends in its middle')
    this.#end()
  }

  /** Up to the end of a line, or of a head. */
  #takeText(
    what: 'head' | 'chunk size' | 'chunk end' | 'trailers',
    bytes: Uint8Array,
    at: number,
  ): number {
    const newline = bytes.indexOf(NEWLINE, at)
    const end = newline === -1 ? bytes.length : newline + 1
    this.#text += latin1(bytes.subarray(at, end))
    const max = what === 'head' ? HEAD_BYTES_MAX : CHUNK_LINE_BYTES_MAX
    if (this.#text.length > max) throw new BadResponseError(`a ${what} is too long`)
    if (newline === -1) return end
    if (what === 'head') {
      if (/\n\r?\n$/.test(this.#text)) this.#takeHead(bytes.subarray(end))
      return end
    }
    const line = this.#text.trimEnd()
    this.#text = ''
    this.#takeLine(what, line)
    return end
  }

  #takeLine(what: 'chunk size' | 'chunk end' | 'trailers', line: string): void {
    if (what === 'trailers') {
      if (line === '') this.#end()
      return
    }
    if (what === 'chunk end') {
      if (line !== '') throw new BadResponseError('a chunk is longer than its size')
      this.#reading = { what: 'chunk size' }
      return
    }
    const digits = /^([0-9a-f]{1,12})\s*(?:;|$)/i.exec(line)?.[1]
    if (digits === undefined) throw new BadResponseError('a chunk has no size')
    const left = parseInt(digits, 16)
    this.#reading = left === 0 ? { what: 'trailers' } : { what: 'chunk', left }
  }

  #takeHead(rest: Uint8Array): void {
    const [first = '', ...lines] = this.#text.trimEnd().split(/\r?\n/)
    this.#text = ''
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1] ?? 0)
    if (status < 100) throw new BadResponseError('the answer is not HTTP/1.1')
    if (status < 200 && status !== 101) return
    const headers = lines.map(splitHeader)
    this.#reading = bodyOf(this.#method, status, headers)
    this.#handlers.onHead({ status, headers })
    if (status === 101) return this.#handlers.onUpgraded(rest)
    const { what } = this.#reading
    if (what === 'nothing') this.#handlers.onEnd()
  }

  #end(): void {
    this.#reading = { what: 'nothing' }
    this.#handlers.onEnd()
  }
}

const NEWLINE = 0x0a

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

function splitHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  const name = line.slice(0, colon)
  if (colon < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    throw new BadResponseError('a header has no name')
  }
  return [name, line.slice(colon + 1).trim()]
}

/**
 * RFC 9112 section 6.3. A body in another coding than chunks (section 7) would reach the client without the header that
 * says so; Go's client, and so Kubernetes, takes none either.
 */
function bodyOf(method: string, status: number, headers: ResponseHead['headers']): Reading {
  const values = (wanted: string) =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  const codings = values('transfer-encoding')
  if (codings.some((value) => value.toLowerCase() !== 'chunked') || codings.length > 1) {
    throw new BadResponseError(
      `unsupported transfer encoding: ${JSON.stringify(codings.join(', '))}`,
    )
  }
  if (method === 'HEAD' || status === 101 || status === 204 || status === 304) {
    return { what: 'nothing' }
  }
  if (codings.length > 0) return { what: 'chunk size' }
  const [length, ...others] = new Set(values('content-length'))
  if (length === undefined) return { what: 'until close' }
  if (!/^\d{1,15}$/.test(length) || others.length > 0) {
    throw new BadResponseError('the length of the answer is not clear')
  }
  return Number(length) === 0 ? { what: 'nothing' } : { what: 'length', left: Number(length) }
}
