import * as fc from 'fast-check'
import { Buffer } from 'node:buffer'
import * as http2 from 'node:http2'
import { afterEach, describe, expect, test } from 'vitest'
import { invariant } from '../../../base/invariant.ts'
import { detailOfMismatch } from '../../../timeline/mismatch.ts'
import { liveClock } from '../../../world/live/clock.ts'
import { liveNetwork } from '../../../world/live/network.ts'
import { StreamLoad } from '../http2/testing/stream-load.ts'
import { encodeCall, GrpcReader, isServing, type MessageCheck, messageFromHex } from './call.ts'
import {
  decodeHealthCheck,
  encodeHealthCheck,
  HEALTH_CHECK_PATH,
} from '../../../base/grpc-health.ts'
import { frameMessage } from '../../../base/grpc-message.ts'
import { MessageReader } from './message.ts'
import { statusIn } from './status.ts'

const OPTIONS = {
  target: { host: '127.0.0.1', port: 1, authority: 'test' },
  scheme: 'http',
} as const
const SERVING = Uint8Array.of(0x08, 1)
const NOT_SERVING = Uint8Array.of(0x08, 2)

describe('messages', () => {
  test('are read however they are split', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        (messages, step) => {
          const reader = new MessageReader(20)
          const bytes = Buffer.concat(messages.map(frameMessage))
          for (let at = 0; at < bytes.length; at += step) {
            const piece = Buffer.from(bytes.subarray(at, at + step))
            reader.take(piece)
            piece.fill(0xff)
          }
          expect([reader.count, reader.isWhole, reader.isCompressed]).toEqual([
            messages.length,
            true,
            false,
          ])
          expect([...reader.first]).toEqual([...messages[0]!.subarray(0, 20)])
        },
      ),
    )
  })

  test('of four billion bytes are counted, not kept', () => {
    const reader = new MessageReader(20)
    reader.take(Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 1, 2, 3))
    expect([reader.count, reader.isWhole, reader.isCompressed]).toEqual([0, false, true])
    expect([...reader.first]).toEqual([1, 2, 3])
  })

  test.each([
    ['', []],
    ['0a 04\n77656221', [10, 4, 119, 101, 98, 33]],
    ['FFff', [255, 255]],
  ])('are written in hexadecimal: %j', (text, bytes) => {
    expect([...messageFromHex(text)]).toEqual(bytes)
  })

  test.each(['0', '0x00', 'zz', '0a0'])('that are not hexadecimal are refused: %j', (text) => {
    expect(() => messageFromHex(text)).toThrow(/hexadecimal digits cannot be sent in a gRPC call/)
  })
})

describe('a health check', () => {
  test('asks for a service by its name, of any length', () => {
    expect([...encodeHealthCheck('')]).toEqual([])
    expect([...encodeHealthCheck('web')]).toEqual([0x0a, 3, 119, 101, 98])
    expect([...encodeHealthCheck('x'.repeat(300)).subarray(0, 4)]).toEqual([0x0a, 0xac, 0x02, 120])
  })

  test.each([
    ['', 'UNKNOWN'],
    ['0801', 'SERVING'],
    ['0802', 'NOT_SERVING'],
    ['0803', 'SERVICE_UNKNOWN'],
    ['0802 0801', 'SERVING'],
    ['1203 616263 0801 2100000000 00000000 2d 00000000', 'SERVING'],
    ['0804', undefined],
    ['08', undefined],
    ['0880', undefined],
    ['12ff', undefined],
    ['0f01', undefined],
    ['0001', undefined],
    ['08ff ffff ffff ffff ffff ffff 01', undefined],
  ])('is answered by %s', (hex, status) => {
    expect(decodeHealthCheck(messageFromHex(hex))).toBe(status)
  })

  test('is answered by whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeHealthCheck(bytes)))
  })
})

test.each([
  ['grpc-status 0', [['grpc-status', '0']], { code: 0, message: '' }],
  [
    'a message',
    [
      ['grpc-status', '5'],
      ['grpc-message', 'no%20caf%C3%A9'],
    ],
    { code: 5, message: 'no café' },
  ],
  [
    'a message that is not encoded',
    [
      ['grpc-status', '5'],
      ['grpc-message', '100%'],
    ],
    { code: 5, message: '100%' },
  ],
  ['a code that is no number', [['grpc-status', 'ok']], { code: 2, message: '' }],
  ['a code that is too large', [['grpc-status', '70000']], { code: 2, message: '' }],
  ['nothing', [['a', 'b']], undefined],
] as const)('trailers with %s', (_title, fields, status) => {
  expect(statusIn(fields)).toEqual(status)
})

test.each(['Check', '/Check', '/a/b/c', '/a b/c', ''])('the method %j is refused', (path) => {
  expect(() => encodeCall({ path, message: SERVING }, OPTIONS)).toThrow(
    /cannot be sent in a gRPC call/,
  )
})

test('metadata that gRPC has for itself is refused', () => {
  const call = { path: '/a/b', message: SERVING, metadata: { TE: 'x' } }
  expect(() => encodeCall(call, OPTIONS)).toThrow(/the metadata TE/)
})

type Answer = (stream: http2.ServerHttp2Stream) => void

let server: http2.Http2Server | undefined
afterEach(() => void server?.close())

const GRPC = { ':status': 200, 'content-type': 'application/grpc' }

/** Answers well: head, message, trailers. */
const withTrailers =
  (
    body: Uint8Array,
    trailers: http2.OutgoingHttpHeaders,
    head: http2.OutgoingHttpHeaders = GRPC,
  ): Answer =>
  (stream) => {
    stream.on('wantTrailers', () => stream.sendTrailers(trailers))
    stream.respond(head, { waitForTrailers: true })
    stream.end(body)
  }

const headOnly =
  (head: http2.OutgoingHttpHeaders): Answer =>
  (stream) =>
    stream.respond(head, { endStream: true })

async function callsTo(answer: Answer, check?: MessageCheck) {
  const asked: Buffer[] = []
  const headers: http2.IncomingHttpHeaders[] = []
  server = http2.createServer()
  server.on('stream', (stream, received) => {
    headers.push(received)
    const body: Buffer[] = []
    stream.on('error', () => undefined)
    stream.on('data', (bytes: Buffer) => void body.push(bytes))
    stream.on('end', () => {
      asked.push(Buffer.concat(body))
      answer(stream)
    })
  })
  await new Promise<void>((resolve) => void server?.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  const call = { path: HEALTH_CHECK_PATH, message: encodeHealthCheck('web'), timeoutMs: 5_000 }
  const load = new StreamLoad(
    { clock: liveClock(), network: liveNetwork() },
    {
      port: address.port,
      requests: 5,
      request: encodeCall({ ...call, metadata: { 'X-Tenant': 'a' } }, OPTIONS),
      readAnswer: () => new GrpcReader(check),
    },
  )
  await load.run()
  const { detail, status } = load.ended[0]!
  return { outcomes: load.outcomes, detail, status, asked, headers }
}

const OK_TRAILERS = { 'grpc-status': '0' }

type Call = readonly [
  name: string,
  answer: Answer,
  ends: readonly [outcome: string, detail: number, status: number],
  check?: MessageCheck,
]

const CALLS: readonly Call[] = [
  ['an answer', withTrailers(frameMessage(SERVING), OK_TRAILERS), ['ok', 0, 200]],
  ['SERVING', withTrailers(frameMessage(SERVING), OK_TRAILERS), ['ok', 0, 200], isServing],
  [
    'NOT_SERVING',
    withTrailers(frameMessage(NOT_SERVING), OK_TRAILERS),
    ['mismatch', detailOfMismatch('not-serving'), 200],
    isServing,
  ],
  [
    'UNAVAILABLE in trailers',
    withTrailers(new Uint8Array(0), { 'grpc-status': '14' }),
    ['status', 14, 200],
  ],
  [
    'UNIMPLEMENTED in nothing but a head',
    headOnly({ ...GRPC, 'grpc-status': '12' }),
    ['status', 12, 200],
  ],
  ['503 of a proxy', headOnly({ ':status': 503 }), ['status', 14, 503]],
  ['404 of a web server', headOnly({ ':status': 404 }), ['status', 12, 404]],
  ['no status', withTrailers(frameMessage(SERVING), {}), ['malformed', 2, 200]],
  [
    'a web page',
    withTrailers(frameMessage(SERVING), OK_TRAILERS, {
      ':status': 200,
      'content-type': 'text/html',
    }),
    ['malformed', 2, 200],
  ],
  ['OK without a message', headOnly({ ...GRPC, ...OK_TRAILERS }), ['malformed', 13, 200]],
  [
    'OK with half a message',
    withTrailers(frameMessage(SERVING).subarray(0, 6), OK_TRAILERS),
    ['malformed', 13, 200],
  ],
  [
    'OK with two messages',
    withTrailers(Buffer.concat([frameMessage(SERVING), frameMessage(SERVING)]), OK_TRAILERS),
    ['malformed', 13, 200],
  ],
  [
    'OK with a compressed message',
    withTrailers(Uint8Array.of(1, 0, 0, 0, 0), OK_TRAILERS),
    ['malformed', 13, 200],
  ],
  [
    'REFUSED_STREAM',
    (stream) => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM),
    ['h2-refused-stream', 7, 0],
  ],
]

const NAMED = CALLS.map(([name, answer, ends, check]) => ({ name, answer, ends, check }))

test.each(NAMED)('a call that is answered by $name', async ({ answer, ends, check }) => {
  const [outcome, detail, status] = ends
  const called = await callsTo(answer, check)
  expect(called).toMatchObject({ outcomes: { [outcome]: 5 }, detail, status })
  expect(called.asked[0]).toEqual(Buffer.from(frameMessage(encodeHealthCheck('web'))))
  expect(called.headers[0]).toMatchObject({
    ':path': HEALTH_CHECK_PATH,
    ':method': 'POST',
    te: 'trailers',
    'content-type': 'application/grpc',
    'grpc-timeout': '5000m',
    'x-tenant': 'a',
    'x-request-id': '0',
  })
})
