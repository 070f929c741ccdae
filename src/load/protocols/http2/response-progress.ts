import type { Field } from './hpack-static-table.ts'

export interface ResponseHead {
  readonly status: number
  /** Without the pseudo-header, names in lower case, in the order in which they came. */
  readonly fields: readonly Field[]
}

export type HeadersMeaning =
  | { readonly kind: 'interim' }
  | { readonly kind: 'head'; readonly head: ResponseHead }
  | { readonly kind: 'trailers'; readonly fields: readonly Field[] }
  | { readonly kind: 'malformed'; readonly reason: string }

/** Interim answers (1xx) to one request: more are a server that never comes to the point. */
const INTERIM_ANSWERS_MAX = 32

/** Fields that speak of a connection, which HTTP/2 does not have in its messages (RFC 9113, section 8.2.2). */
const CONNECTION_FIELDS: readonly string[] = [
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]

/** The order and the content of one answer: RFC 9113, section 8.1. All that is malformed is the stream's fault alone. */
export class ResponseProgress {
  readonly #isHead: boolean
  #phase: 'head' | 'body' = 'head'
  #interimAnswers = 0
  #status = 0
  #length: number | undefined
  #received = 0

  /** `isHead`: the request was a HEAD, whose answer has no body. */
  constructor(isHead: boolean) {
    this.#isHead = isHead
  }

  onHeaders(fields: readonly Field[], endStream: boolean): HeadersMeaning {
    const fault = this.#phase === 'head' ? undefined : trailersFault(fields, endStream)
    if (fault !== undefined) return malformed(fault)
    const invalid = fields.find((field) => !isValidField(field))
    if (invalid !== undefined) return malformed(`a field ${JSON.stringify(invalid[0])} is invalid`)
    if (this.#phase === 'body') return { kind: 'trailers', fields }
    return this.#onHead(fields, endStream)
  }

  /** The fault in it, if there is one. */
  onData(byteCount: number): string | undefined {
    if (this.#phase === 'head') return 'DATA came before the head'
    this.#received += byteCount
    if (byteCount > 0 && this.#hasNoBody) return 'an answer that has no body has one'
    if (this.#length !== undefined && this.#received > this.#length && !this.#hasNoBody) {
      return 'the body is longer than its content-length'
    }
    return undefined
  }

  /** The fault of an answer that ends here, if it has one. */
  onEnd(): string | undefined {
    if (this.#phase === 'head') return 'the answer ended without a head'
    if (this.#hasNoBody || this.#length === undefined) return undefined
    return this.#received < this.#length ? 'the body is shorter than its content-length' : undefined
  }

  #onHead(fields: readonly Field[], endStream: boolean): HeadersMeaning {
    const pseudo = fields[0]
    const rest = fields.slice(1)
    if (pseudo?.[0] !== ':status') return malformed('the head does not begin with its status')
    if (rest.some(isPseudo)) return malformed('a pseudo-header too many')
    if (!/^[1-9][0-9][0-9]$/.test(pseudo[1])) return malformed('the status is not a number')
    const status = Number(pseudo[1])
    if (status < 200) return this.#onInterim(status, endStream)
    const length = rest.find(([name]) => name === 'content-length')?.[1]
    const isOther = ([name, value]: Field) => name === 'content-length' && value !== length
    if (rest.some(isOther) || (length !== undefined && !/^[0-9]{1,15}$/.test(length))) {
      return malformed('the content-length is not one number')
    }
    this.#length = length === undefined ? undefined : Number(length)
    this.#status = status
    this.#phase = 'body'
    return { kind: 'head', head: { status, fields: rest } }
  }

  #onInterim(status: number, endStream: boolean): HeadersMeaning {
    // RFC 9113, section 8.6: there is no switching of protocols.
    if (status === 101) return malformed('101 is not in HTTP/2')
    if (endStream) return malformed('the answer ended with an interim head')
    if (++this.#interimAnswers > INTERIM_ANSWERS_MAX) return malformed('too many interim answers')
    return { kind: 'interim' }
  }

  get #hasNoBody(): boolean {
    return this.#isHead || this.#status === 204 || this.#status === 304
  }
}

function trailersFault(fields: readonly Field[], endStream: boolean): string | undefined {
  if (!endStream) return 'a second head came, or trailers without an end'
  return fields.some(isPseudo) ? 'the trailers have a pseudo-header' : undefined
}

function isPseudo([name]: Field): boolean {
  return name.startsWith(':')
}

/** RFC 9113, section 8.2.1; a name is a token in lower case, as RFC 9110 has it, with a colon in front at most. */
function isValidField([name, value]: Field): boolean {
  if (!/^:?[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) || CONNECTION_FIELDS.includes(name)) return false
  return !/[\0\r\n]|^[ \t]|[ \t]$/.test(value)
}

function malformed(reason: string): HeadersMeaning {
  return { kind: 'malformed', reason }
}
