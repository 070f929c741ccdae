import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CorpusAnswer } from '../../testing/corpus-answer.ts'
import { latin1Bytes, RESPONSE_CORPUS } from '../../testing/response-corpus.ts'
import { ResponseParser } from './response-parser.ts'
import { SelectedHeaders } from './selected-headers.ts'

interface Parsed {
  readonly result: CorpusAnswer['expected']
  readonly status: number
  readonly keepsAlive: boolean
  /** Bytes that belonged to the answer, of those fed until it was complete. */
  readonly used: number
  /** What a sink was handed; it may be the beginning of a body that is not complete. */
  readonly body: string
  readonly pod: string | undefined
}

/** Feeds the pieces one after another until the answer is complete or refused, then closes. */
function parse(pieces: readonly Uint8Array[], options = { toHead: false }): Parsed {
  const selected = new SelectedHeaders(['x-pod'])
  const parser = new ResponseParser(selected)
  let body = ''
  const take = (bytes: Uint8Array) => {
    body += Buffer.from(bytes).toString('latin1')
  }
  parser.start(options.toHead, { take })
  let used = 0
  let state: string = 'more'
  for (const piece of pieces) {
    if (state !== 'more') break
    state = parser.feed(piece)
    used += parser.consumed
  }
  const { keepsAlive } = parser
  if (state === 'more') state = parser.close()
  const size = pieces.reduce((sum, { length }) => sum + length, 0)
  const whole = used === size ? 'whole' : 'followed'
  const result = state === 'done' ? whole : state === 'more' ? 'short' : 'malformed'
  if (state !== 'done') return { result, status: 0, keepsAlive: false, used: 0, body, pod: '' }
  return { result, status: parser.head.status, keepsAlive, used, body, pod: selected.value(0) }
}

function parseText({ text, toHead = false }: CorpusAnswer): Parsed {
  return parse([latin1Bytes(text)], { toHead })
}

describe('answers of the corpus', () => {
  test('are what they are known to be, and a sink is handed their bodies', () => {
    expect(RESPONSE_CORPUS.length).toBeGreaterThan(5_000)
    const offending = RESPONSE_CORPUS.filter((answer) => {
      const { result, body } = parseText(answer)
      return result !== answer.expected || body !== (answer.body ?? body)
    })
    expect(offending).toEqual([])
  })

  const short = RESPONSE_CORPUS.filter(({ text }) => text.length < 400)

  test('are the same byte by byte', () => {
    for (const answer of short) {
      const places = Array.from({ length: answer.text.length - 1 }, (_, index) => index + 1)
      expectSame(answer, places)
    }
  })

  test('are the same however they are cut in two', () => {
    const samples = short.filter((_, index) => index % 20 === 0)
    expect(samples.length).toBeGreaterThan(300)
    for (const answer of samples) {
      const whole = parseText(answer)
      for (let place = 0; place <= answer.text.length; place++) expectSame(answer, [place], whole)
    }
  })

  test('are the same however they are cut in three', () => {
    const shortest = short.filter(({ text }) => text.length < 100)
    const samples = shortest.filter((_, index) => index % Math.floor(shortest.length / 50) === 0)
    expect(samples.length).toBeGreaterThanOrEqual(50)
    for (const answer of samples) {
      const whole = parseText(answer)
      for (let first = 0; first <= answer.text.length; first++) {
        for (let second = first; second <= answer.text.length; second++)
          expectSame(answer, [first, second], whole)
      }
    }
  })
})

function expectSame(
  answer: CorpusAnswer,
  places: readonly number[],
  whole = parseText(answer),
): void {
  const { text, toHead = false } = answer
  const bytes = latin1Bytes(text)
  const ends = [...places, bytes.length]
  const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
  const cut = parse(pieces, { toHead })
  if (!isSame(cut, whole)) {
    expect(cut, `${JSON.stringify(text)} cut at ${places.join(', ')}`).toEqual(whole)
  }
}

function okWith(headers: string): Uint8Array {
  return latin1Bytes(`HTTP/1.1 200 OK\r\n${headers}Content-Length: 0\r\n\r\n`)
}

/** As `toEqual` has it, but fast enough for millions. */
function isSame(one: Parsed, other: Parsed): boolean {
  return (
    one.result === other.result &&
    one.status === other.status &&
    one.keepsAlive === other.keepsAlive &&
    one.used === other.used &&
    one.body === other.body &&
    one.pod === other.pod
  )
}

describe('where an answer ends', () => {
  test.each<[name: string, answer: string]>([
    ['after its length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['after its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['after the head of a 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n'],
    ['after the head of a 304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n'],
  ])('%s: what follows is not consumed', (_, answer) => {
    const parser = new ResponseParser()
    parser.start(false)
    expect(parser.feed(latin1Bytes(`${answer}HTTP/1.1 200 OK\r\n`))).toBe('done')
    expect(parser.consumed).toBe(answer.length)
  })

  test('the answer to a HEAD request has no body, whatever its length says', () => {
    const answer = latin1Bytes('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n')
    expect(parse([answer], { toHead: true }).result).toBe('whole')
    expect(parse([answer]).result).toBe('short')
  })

  test('one parser reads answer after answer', () => {
    const parser = new ResponseParser()
    for (const body of ['a', '', 'ccc']) {
      parser.start(false)
      const text = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      expect(parser.feed(latin1Bytes(text.slice(0, 20)))).toBe('more')
      expect(parser.feed(latin1Bytes(text.slice(20)))).toBe('done')
    }
  })
})

test.each<[version: string, header: string, keepsAlive: boolean]>([
  ['1.1', '', true],
  ['1.1', 'Connection: close\r\n', false],
  ['1.1', 'Connection: Close\r\n', false],
  ['1.1', 'Connection: keep-alive, close\r\n', false],
  ['1.1', 'Connection: x\r\nConnection: close\r\n', false],
  ['1.1', 'Connection: upgrade\r\n', true],
  ['1.1', 'X-Connection: close\r\n', true],
  ['1.0', '', false],
  ['1.0', 'Connection: keep-alive\r\n', true],
  ['1.0', 'Connection: keep-alive, close\r\n', false],
])('a connection after HTTP/%s with %j stays usable: %s', (version, header, keepsAlive) => {
  const text = `HTTP/${version} 200 OK\r\n${header}Content-Length: 0\r\n\r\n`
  expect(parse([latin1Bytes(text)]).keepsAlive).toBe(keepsAlive)
})

test('a connection whose answer ends with it is not usable after it', () => {
  expect(parse([latin1Bytes('HTTP/1.1 200 OK\r\n\r\nbody')]).keepsAlive).toBe(false)
})

describe('bodies', () => {
  test('are not handed to the sink of an earlier answer', () => {
    const parser = new ResponseParser()
    const taken: string[] = []
    const take = (bytes: Uint8Array) => void taken.push(Buffer.from(bytes).toString('latin1'))
    const answer = latin1Bytes('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    parser.start(false, { take })
    parser.feed(answer)
    parser.start(false)
    parser.feed(answer)
    expect(taken).toEqual(['ok'])
  })

  test('are handed over without their chunks, their trailers and what comes after them', () => {
    const chunks = '3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n'
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect(parse([latin1Bytes(`${head}${chunks}rest`)]).body).toBe('abcde')
  })
})

describe('selected headers', () => {
  test.each<[headers: string, value: string | undefined]>([
    ['', undefined],
    ['X-Pod: web-1\r\n', 'web-1'],
    ['x-POD:\t web 1 \t\r\n', 'web 1'],
    ['X-Pod:\r\n', ''],
    ['X-Pod: a\r\nX-Other: c\r\nx-pod: b\r\n', 'a, b'],
    ['X-Pod2: a\r\nX-Po: b\r\nX_Pod: c\r\n', undefined],
    ['X-Pod: \u00e2\u0082\u00ac\r\n', '\u00e2\u0082\u00ac'],
  ])('of %j, X-Pod is %j', (headers, value) => {
    const bytes = okWith(headers)
    for (let place = 0; place <= bytes.length; place++) {
      expect(parse([bytes.subarray(0, place), bytes.subarray(place)]).pod).toBe(value)
    }
  })

  test('are those of the answer read last, not of one before it nor of an interim one', () => {
    const selected = new SelectedHeaders(['x-pod', 'server'])
    const parser = new ResponseParser(selected)
    const read = (bytes: Uint8Array) => {
      parser.start(false)
      parser.feed(bytes)
      return [selected.value(0), selected.value(1)]
    }
    expect(read(okWith('X-Pod: a\r\nServer: one\r\n'))).toEqual(['a', 'one'])
    expect(read(okWith('X-Pod: a\r\n'))).toEqual(['a', undefined])
    expect(read(okWith('X-Pod: b\r\n'))).toEqual(['b', undefined])
    const interim = 'HTTP/1.1 103 \r\nX-Pod: early\r\n\r\n'
    expect(read(Buffer.concat([Buffer.from(interim), okWith('')]))).toEqual([undefined, undefined])
  })

  test('are at most eight, in lower case', () => {
    const names = Array.from({ length: 9 }, (_, index) => `x-${index}`)
    expect(() => new SelectedHeaders(names)).toThrow('no more headers')
    expect(() => new SelectedHeaders(['X-Pod'])).toThrow('lower case')
    expect(() => new SelectedHeaders(['x pod'])).toThrow('lower case')
    expect(new SelectedHeaders(names.slice(1)).value(0)).toBe(undefined)
  })
})

test.each<[name: string, text: string, fault: string]>([
  [
    'a header of ten million bytes',
    `HTTP/1.1 200 OK\r\nX-Long: ${'v'.repeat(10_000_000)}\r\n\r\n`,
    'its head is longer than 65536 bytes',
  ],
  [
    'a million header names',
    `HTTP/1.1 200 OK\r\n${Array.from({ length: 1_000_000 }, (_, at) => `X-${at}: 1\r\n`).join('')}\r\n`,
    'more than 256 header lines',
  ],
  [
    'names without end in a short head',
    `HTTP/1.1 200 OK\r\n${'a:\r\n'.repeat(257)}\r\n`,
    'more than 256 header lines',
  ],
  [
    'a million trailers',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'a:\r\n'.repeat(1_000_000)}\r\n`,
    'the trailers are too long',
  ],
])('%s is refused when it reaches the bound, whatever the pieces', (_, text, fault) => {
  for (const size of [1_000, 16_384, 65_536, text.length]) {
    const bytes = Buffer.from(text, 'latin1')
    const parser = new ResponseParser()
    parser.start(false)
    let fed = 0
    while (fed < bytes.length && parser.feed(bytes.subarray(fed, fed + size)) === 'more')
      fed += size
    expect(parser.fault).toBe(fault)
    expect(fed).toBeLessThanOrEqual(65_536 + size)
  }
})

test('no bytes make the parser throw, and how they are cut changes nothing', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ maxLength: 80 }).map((text) => latin1Bytes(`HTTP/1.1 200 OK\r\n${text}\r\n\r\n`)),
  )
  fc.assert(
    fc.property(noise, fc.nat(300), (bytes, cut) => {
      const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)]
      expect(parse(pieces)).toEqual(parse([bytes]))
    }),
    { numRuns: 2_000 },
  )
})
