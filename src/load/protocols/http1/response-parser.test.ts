import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ResponseParser } from './response-parser.ts'
import { latin1Bytes, RESPONSE_CORPUS } from '../../testing/response-corpus.ts'

interface Parsed {
  readonly result: 'whole' | 'short' | 'malformed'
  readonly status: number
  readonly keepsAlive: boolean
  /** Bytes that belonged to the answer, of those fed until it was complete. */
  readonly used: number
}

/** Feeds the pieces one after another until the answer is complete or refused, then closes. */
function parse(pieces: readonly Uint8Array[], options = { toHead: false }): Parsed {
  const parser = new ResponseParser()
  parser.start(options.toHead)
  let used = 0
  let state: string = 'more'
  for (const piece of pieces) {
    if (state !== 'more') break
    state = parser.feed(piece)
    used += parser.consumed
  }
  const { keepsAlive } = parser
  if (state === 'more') state = parser.close()
  const result = state === 'done' ? 'whole' : state === 'more' ? 'short' : 'malformed'
  if (result !== 'whole') return { result, status: 0, keepsAlive: false, used: 0 }
  return { result, status: parser.head.status, keepsAlive, used }
}

describe('answers of the corpus', () => {
  test('the corpus holds about two hundred answers of each kind', () => {
    expect(RESPONSE_CORPUS.length).toBeGreaterThan(200)
  })

  test.each(RESPONSE_CORPUS)('$name is $expected', ({ text, expected }) => {
    expect(parse([latin1Bytes(text)]).result).toBe(expected)
  })

  const samples = RESPONSE_CORPUS.filter(({ text }, index) => text.length < 400 && index % 5 === 0)
  test.each(samples)('$name is the same however it is cut in two or three', ({ text }) => {
    const bytes = latin1Bytes(text)
    const whole = parse([bytes])
    for (let first = 0; first <= bytes.length; first++) {
      expect(parse([bytes.subarray(0, first), bytes.subarray(first)])).toEqual(whole)
      const second = Math.min(first + 3, bytes.length)
      const three = [
        bytes.subarray(0, first),
        bytes.subarray(first, second),
        bytes.subarray(second),
      ]
      expect(parse(three)).toEqual(whole)
    }
  })

  test.each(RESPONSE_CORPUS)('$name is the same byte by byte', ({ text }) => {
    const bytes = latin1Bytes(text)
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
    expect(parse(single)).toEqual(parse([bytes]))
  })
})

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
    expect(parse([answer], { toHead: false }).result).toBe('short')
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
