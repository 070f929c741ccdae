import * as fc from 'fast-check'
import { request } from 'node:http'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { invariant } from '../../../base/invariant.ts'
import { ResponseParser } from './response-parser.ts'
import { latin1Bytes, RESPONSE_CORPUS } from '../../testing/response-corpus.ts'

/** Compares with the parser of Node's own HTTP client (llhttp), fed by a real server, byte for byte. */

let server: Server
let port = 0
let texts: readonly string[] = []

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      const index = Number(/^GET \/(\d+) /.exec(bytes.toString('latin1'))?.[1])
      socket.end(texts[index] ?? '', 'latin1')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  port = address.port
})

afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())))

/** The status of the answer, or `refused`. */
type Verdict = number | 'refused'

function theirs(index: number): Promise<Verdict> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: `/${index}`, agent: false }
    const sent = request({ ...options, maxHeaderSize: 65_536 }, (response) => {
      response.resume()
      response.on('error', () => undefined)
      response.on('close', () => resolve(response.complete ? response.statusCode! : 'refused'))
    })
    sent.on('upgrade', (_, socket) => {
      socket.destroy()
      resolve('refused')
    })
    sent.on('error', () => resolve('refused'))
    sent.end()
  })
}

/** Bytes beyond the answer make it refused, as they do on a connection. */
function ours(text: string): Verdict {
  const bytes = latin1Bytes(text)
  const parser = new ResponseParser()
  parser.start(false)
  const fed = parser.feed(bytes)
  const state = fed === 'more' ? parser.close() : fed
  return state === 'done' && parser.consumed === bytes.length ? parser.head.status : 'refused'
}

async function compare(candidates: readonly string[]) {
  texts = candidates
  const verdicts: { text: string; theirs: Verdict; ours: Verdict }[] = []
  for (let start = 0; start < texts.length; start += 32) {
    const indices = texts.slice(start, start + 32).map((_, index) => start + index)
    const answers = await Promise.all(indices.map(theirs))
    for (const [index, answer] of answers.entries()) {
      const text = texts[start + index]!
      verdicts.push({ text, theirs: answer, ours: ours(text) })
    }
  }
  return verdicts
}

test('both parsers agree on every valid answer of the corpus', async () => {
  const valid = RESPONSE_CORPUS.filter(({ expected }) => expected === 'whole')
  const verdicts = await compare(valid.map(({ text }) => text))
  expect(verdicts.filter(({ theirs, ours }) => theirs !== ours)).toEqual([])
  expect(verdicts.length).toBe(valid.length)
})

test('what is short or malformed here is never accepted here, whatever llhttp makes of it', async () => {
  const invalid = RESPONSE_CORPUS.filter(({ expected }) => expected !== 'whole')
  const verdicts = await compare(invalid.map(({ text }) => text))
  expect(verdicts.filter(({ ours }) => ours !== 'refused')).toEqual([])
  // Being stricter is fine; the two must still speak of the same thing.
  const refusedByBoth = verdicts.filter(({ theirs }) => theirs === 'refused')
  expect(refusedByBoth.length).toBeGreaterThan(verdicts.length / 2)
})

test('of mutated answers, none is accepted here that llhttp refuses', async () => {
  const short = RESPONSE_CORPUS.filter(({ text }) => text.length > 0 && text.length < 300)
  const mutation = fc.record({
    text: fc.constantFrom(...short.map(({ text }) => text)),
    at: fc.nat(300),
    remove: fc.nat(3),
    insert: fc.oneof(
      fc.constantFrom(
        '',
        '\r',
        '\n',
        '\r\n',
        ' ',
        '\t',
        ':',
        ',',
        ';',
        '0',
        '5',
        '\u0000',
        '\u0080',
      ),
      fc.string({ maxLength: 3 }),
    ),
  })
  const mutated = fc.sample(mutation, 3_000).map(({ text, at, remove, insert }) => {
    const place = at % text.length
    return text.slice(0, place) + insert + text.slice(place + remove)
  })
  const verdicts = await compare(mutated)
  const lenient = verdicts.filter(({ theirs, ours }) => ours !== 'refused' && ours !== theirs)
  expect(lenient).toEqual([])
  // The mutations must not all be fatal: then nothing would have been compared.
  expect(verdicts.filter(({ ours }) => ours !== 'refused').length).toBeGreaterThan(300)
}, 60_000)
