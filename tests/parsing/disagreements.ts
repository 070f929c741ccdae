import type { ParserVerdict } from './verdict.ts'

/** Something that our parser refuses and llhttp lets pass. */
export interface Disagreement {
  /** What ours says of such an answer. */
  readonly fault: string
  /** What makes the refusal right. */
  readonly source: string
  readonly reason: string
}

export const BYTES_BEHIND = 'bytes come after the answer'

export const NOT_USED_AGAIN = 'the connection is not used again'

export const DISAGREEMENTS: readonly Disagreement[] = [
  {
    fault: BYTES_BEHIND,
    source: 'RFC 9112, sections 2.2 and 9.2',
    reason:
      'Empty lines before a message are for servers to ignore. A client did not ask for these bytes.',
  },
  {
    fault: NOT_USED_AGAIN,
    source: 'RFC 9112, section 9.3',
    reason: 'HTTP/1.0 with `close` and `keep-alive`: the first rule is that close ends it.',
  },
  {
    fault: 'it begins with an empty line',
    source: 'RFC 9112, sections 2.1 and 2.2',
    reason: 'The same before the first answer: only servers may skip empty lines.',
  },
  {
    fault: 'it does not begin with HTTP/1.',
    source: 'RFC 9112, section 2.3',
    reason: 'HTTP/0.9, HTTP/2.0, RTSP and ICE are other protocols.',
  },
  {
    fault: 'its reason is not valid',
    source: 'RFC 9112, section 4',
    reason: 'A reason is made of tabs, spaces and visible characters.',
  },
  {
    fault: 'its status is not valid',
    source: 'RFC 9110, section 15',
    reason: 'Statuses begin at 100.',
  },
  {
    fault: 'an interim answer is of HTTP/1.0',
    source: 'RFC 9110, section 15.2',
    reason: 'HTTP/1.0 has no interim answers.',
  },
  {
    fault: 'too many interim answers',
    source: 'a bound: 32',
    reason: 'A server that goes on and on must not hold a request for ever.',
  },
  {
    fault: 'more than 256 header lines',
    source: 'a bound: 256',
    reason: 'Names without end must not cost time without end.',
  },
  {
    fault: 'Transfer-Encoding is given in HTTP/1.0',
    source: 'RFC 9112, section 6.1',
    reason: 'HTTP/1.0 has no transfer codings; such an answer is to be treated as faulty.',
  },
  {
    fault: 'Transfer-Encoding is given twice',
    source: 'RFC 9112, section 6.1',
    reason:
      'Lists may be spread over lines, but llhttp then reads until the close what is in chunks.',
  },
  {
    fault: 'Transfer-Encoding has an empty element',
    source: 'RFC 9110, section 5.6.1.1',
    reason: 'Must not be sent; llhttp reads `chunked,` until the close.',
  },
  {
    fault: 'Transfer-Encoding has a tab',
    source: 'RFC 9110, section 5.6.3',
    reason:
      'Senders write a space or nothing; llhttp reads `chunked` with a tab behind it until the close.',
  },
  {
    fault: 'Transfer-Encoding is not a list of codings',
    source: 'RFC 9112, section 7, and RFC 9110, section 10.1.4',
    reason:
      'Codings are tokens with parameters; llhttp takes anything for a coding up to the close.',
  },
  {
    fault: 'chunked has a parameter',
    source: 'RFC 9112, section 7.1',
    reason: 'Parameters of chunked are to be treated as an error.',
  },
  {
    fault: 'chunked is not the last coding',
    source: 'RFC 9112, section 6.1',
    reason: 'chunked is the last coding and is applied once; llhttp reads until the close.',
  },
  {
    fault: 'Content-Length is not a length',
    source: 'a bound: 15 digits',
    reason: 'More bytes than that cannot be counted exactly.',
  },
  {
    fault: 'a chunk size is too large to count',
    source: 'a bound: 13 digits',
    reason: 'More bytes than that cannot be counted exactly, and zeros in front count too.',
  },
  {
    fault: 'a chunk extension is not valid',
    source: 'RFC 9112, section 7.1.1',
    reason: 'An extension has a name, and after `=` a value.',
  },
  {
    fault: 'a chunk extension is too long',
    source: 'a bound: 4096 bytes',
    reason: 'RFC 9112, section 7.1.1, asks for one; llhttp, in Node, has 16384.',
  },
  {
    fault: 'a trailer belongs into the head',
    source: 'RFC 9110, section 6.5.1',
    reason: 'What frames the message or rules the connection comes too late behind it.',
  },
  {
    fault: 'the trailers are too long',
    source: 'a bound: 256 lines, 65536 bytes',
    reason: 'As for headers.',
  },
]

/**
 * - `same`: one verdict.
 * - `stricter`: ours refuses what llhttp lets pass, for one of the known reasons.
 * - `otherwise`: neither takes it for an answer, but one calls it cut off and the other faulty.
 * - `laxer`: ours takes more for an answer, or another answer. That must not be.
 */
export type Relation =
  | { readonly is: 'same' | 'otherwise' | 'laxer' }
  | { readonly is: 'stricter'; readonly fault: string }

/** How our verdict stands to that of llhttp. */
export function relate(ours: ParserVerdict, theirs: ParserVerdict): Relation {
  const isAnswer = theirs.kind === 'whole' || theirs.kind === 'followed'
  switch (ours.kind) {
    case 'whole':
      if (theirs.kind !== 'whole' || !areEqual(ours, theirs)) return { is: 'laxer' }
      if (ours.keepsAlive === theirs.keepsAlive) return { is: 'same' }
      return ours.keepsAlive ? { is: 'laxer' } : { is: 'stricter', fault: NOT_USED_AGAIN }
    case 'followed':
      if (!isAnswer || !areEqual(ours, theirs)) return { is: 'laxer' }
      return theirs.kind === 'followed' ? { is: 'same' } : { is: 'stricter', fault: BYTES_BEHIND }
    case 'short':
      if (isAnswer) return { is: 'laxer' }
      return { is: theirs.kind === 'short' ? 'same' : 'otherwise' }
    case 'refused':
      if (isAnswer) {
        const isKnown = DISAGREEMENTS.some(({ fault }) => fault === ours.fault)
        return isKnown ? { is: 'stricter', fault: ours.fault } : { is: 'laxer' }
      }
      return { is: theirs.kind === 'refused' ? 'same' : 'otherwise' }
  }
}

function areEqual(ours: ParserVerdict, theirs: ParserVerdict): boolean {
  return ours.status === theirs.status && ours.body === theirs.body && ours.pod === theirs.pod
}
