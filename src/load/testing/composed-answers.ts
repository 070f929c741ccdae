import {
  BAD_CHUNKS,
  BAD_FRAMING_HEADERS,
  BAD_HEADERS,
  BAD_STATUS_LINES,
  FRAMINGS,
  HEADERS,
  INTERIMS,
  STATUS_LINES,
} from './answer-parts.ts'
import type { CorpusAnswer } from './corpus-answer.ts'

/** Answers put together from their parts: every status line with every framing and every header, … */
export function composeAnswers(): CorpusAnswer[] {
  return [
    ...wholeAnswers(),
    ...interimAnswers(),
    ...oldAnswers(),
    ...bodilessAnswers(),
    ...followedAnswers(),
    ...malformedAnswers(),
    ...cutAnswers(),
  ]
}

function wholeAnswers(): CorpusAnswer[] {
  return STATUS_LINES.flatMap(([status, line]) =>
    FRAMINGS.flatMap(({ name, headers, wire, body }) =>
      HEADERS.map(([header, text], index): CorpusAnswer => {
        // What frames the body stands now before the other headers, now behind them.
        const head = index % 2 === 0 ? text + headers : headers + text
        return {
          name: join([status, name, header]),
          text: `${line}\r\n${head}\r\n${wire}`,
          expected: 'whole',
          body,
        }
      }),
    ),
  )
}

function interimAnswers(): CorpusAnswer[] {
  return INTERIMS.flatMap(([interim, before]) =>
    STATUS_LINES.flatMap(([status, line]) =>
      FRAMINGS.map(({ name, headers, wire, body }): CorpusAnswer => ({
        name: join([`${interim} before ${status}`, name]),
        text: `${before}${line}\r\n${headers}\r\n${wire}`,
        expected: 'whole',
        body,
      })),
    ),
  )
}

/** HTTP/1.0 has no transfer codings (RFC 9112, section 6.1). */
function oldAnswers(): CorpusAnswer[] {
  return FRAMINGS.flatMap(({ name, headers, wire, body }) =>
    HEADERS.map(([header, text]): CorpusAnswer => {
      const isCoded = /transfer-encoding/i.test(headers)
      return {
        name: join(['HTTP/1.0', name, header]),
        text: `HTTP/1.0 200 OK\r\n${text}${headers}\r\n${wire}`,
        expected: isCoded ? 'malformed' : 'whole',
        ...(isCoded ? {} : { body }),
      }
    }),
  )
}

/** No body follows, whatever the headers say (RFC 9112, section 6.3, the first rule). */
function bodilessAnswers(): CorpusAnswer[] {
  const lines = [
    ['204', 'HTTP/1.1 204 No Content'],
    ['304', 'HTTP/1.1 304 Not Modified'],
    ...STATUS_LINES.map(([name, line]) => [`${name} to a HEAD`, line] as const),
  ] as const
  return lines.flatMap(([status, line]) =>
    FRAMINGS.map(({ name, headers }): CorpusAnswer => ({
      name: join([status, `the headers of ${name}`]),
      text: `${line}\r\n${headers}\r\n`,
      expected: 'whole',
      body: '',
      ...(status.endsWith('HEAD') ? { toHead: true } : {}),
    })),
  )
}

/** Bytes after the end of an answer, which nobody's request has asked for. */
function followedAnswers(): CorpusAnswer[] {
  const rests = [
    ['another answer', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['half an answer', 'HTTP/1.1 200 O'],
    ['a byte', 'x'],
    ['a zero byte', '\u0000'],
    ['an empty line', '\r\n'],
  ] as const
  const framed = FRAMINGS.filter(({ name }) => !name.endsWith('up to the close'))
  return rests.flatMap(([rest, text]) =>
    [...framed, { name: 'no body', headers: '', wire: '', body: '' }].map(
      ({ name, headers, wire, body }): CorpusAnswer => ({
        name: join([name, `${rest} behind it`]),
        text: `HTTP/1.1 ${name === 'no body' ? 204 : 200} \r\n${headers}\r\n${wire}${text}`,
        expected: 'followed',
        body,
      }),
    ),
  )
}

function malformedAnswers(): CorpusAnswer[] {
  const length = 'Content-Length: 2\r\n'
  const chunked = 'Transfer-Encoding: chunked\r\n'
  const heads: [name: string, text: string][] = []
  for (const [name, line] of BAD_STATUS_LINES) {
    for (const [header, text] of HEADERS)
      heads.push([join([name, header]), `${line}\r\n${text}${length}\r\nok`])
  }
  for (const [name, line] of BAD_HEADERS) {
    const places = ['first', 'in the middle', 'last'] as const
    for (const place of places) {
      const first = place === 'first' ? `${line}\r\n` : ''
      const middle = place === 'in the middle' ? `${line}\r\n` : ''
      const last = place === 'last' ? `${line}\r\n` : ''
      const around = (framed: string) =>
        `HTTP/1.1 200 OK\r\n${first}X-A: 1\r\n${middle}${framed}${last}\r\n`
      heads.push([`${name}, ${place}`, `${around(length)}ok`])
      heads.push([`${name}, ${place}, before chunks`, `${around(chunked)}0\r\n\r\n`])
      heads.push([`${name}, ${place}, before a 204`, around('').replace('200 OK', '204 ')])
    }
  }
  for (const [name, lines] of BAD_FRAMING_HEADERS) {
    for (const [header, text] of HEADERS)
      heads.push([join([name, header]), `HTTP/1.1 200 OK\r\n${text}${lines}\r\n\r\nok`])
  }
  for (const [name, wire] of BAD_CHUNKS) {
    for (const before of ['', '1\r\nx\r\n'])
      heads.push([
        join([name, before === '' ? '' : 'after a good chunk']),
        `HTTP/1.1 200 OK\r\n${chunked}\r\n${before}${wire}`,
      ])
  }
  return heads.flatMap(([name, text]): CorpusAnswer[] => [
    { name, text, expected: 'malformed' },
    { name: `100 before ${name}`, text: `HTTP/1.1 100 \r\n\r\n${text}`, expected: 'malformed' },
  ])
}

/** Answers of given length or in chunks, cut off at each place: the connection ended there. */
function cutAnswers(): CorpusAnswer[] {
  const framed = FRAMINGS.filter(({ name }) => !name.endsWith('up to the close'))
  return framed.flatMap(({ name, headers, wire }) => {
    const text = `HTTP/1.1 103 \r\n\r\nHTTP/1.1 200 OK\r\n${headers}\r\n${wire}`
    return Array.from({ length: text.length }, (_, end): CorpusAnswer => ({
      name: `${name}, cut off at ${end}`,
      text: text.slice(0, end),
      expected: 'short',
    }))
  })
}

function join(names: readonly string[]): string {
  return names.filter((name) => name !== '').join(', ')
}
