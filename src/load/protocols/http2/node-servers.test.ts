import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import * as http2 from 'node:http2'
import { createServer as createTlsServer } from 'node:tls'
import { expect, test } from 'vitest'
import { invariant } from '../../../base/invariant.ts'
import { liveClock } from '../../../world/live/clock.ts'
import { liveCredentials } from '../../../world/live/credentials.ts'
import { liveNetwork } from '../../../world/live/network.ts'
import type { Connection } from '../../../world/network.ts'
import { encodeHeaderBlock } from './hpack-encoder.ts'
import { Http2Session } from './session.ts'
import { CollectedAnswer } from './testing/session-run.ts'
import { StreamLoad } from './testing/stream-load.ts'

/** Our session against a server that we did not write (nghttp2, as Node has it), in both directions and many sizes. */

interface Asked {
  readonly bodyBytes: number
  readonly answerBytes: number
  readonly fields: number
  readonly hasTrailers: boolean
  readonly status: number
}

const asked: fc.Arbitrary<Asked> = fc.record({
  bodyBytes: fc.oneof(fc.constantFrom(0, 1, 16_384, 16_385, 65_535, 65_536), fc.nat(150_000)),
  answerBytes: fc.oneof(fc.constantFrom(0, 1, 16_384, 1_048_577), fc.nat(150_000)),
  fields: fc.constantFrom(0, 1, 20, 200),
  hasTrailers: fc.boolean(),
  status: fc.constantFrom(200, 204, 304, 404, 500),
})

const serverOptions = fc.record({
  paddingStrategy: fc.constantFrom(
    http2.constants.PADDING_STRATEGY_NONE,
    http2.constants.PADDING_STRATEGY_MAX,
  ),
  maxSendHeaderBlockLength: fc.constant(1_000_000),
  settings: fc.record({
    headerTableSize: fc.constantFrom(0, 100, 4_096, 65_536),
    initialWindowSize: fc.constantFrom(1_000, 65_535, 1_000_000),
    maxConcurrentStreams: fc.constantFrom(1, 3, 100),
    maxFrameSize: fc.constantFrom(16_384, 100_000),
  }),
})

const bodyOf = (length: number) => new Uint8Array(length).map((_, index) => index * 7)
const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const hasBody = ({ status }: Asked) => status !== 204 && status !== 304

function answer(stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders): void {
  const wish: Asked = JSON.parse(String(headers['x-asked']))
  const received: Buffer[] = []
  stream.on('data', (bytes: Buffer) => void received.push(bytes))
  stream.on('end', () => {
    const extra = Array.from({ length: wish.fields }, (_, index) => [
      `x-${index}`,
      `${index}`.repeat(100),
    ])
    const answerHeaders = {
      ':status': wish.status,
      'x-sum': sumOf(Buffer.concat(received)),
      ...Object.fromEntries(extra),
    }
    const waitForTrailers = wish.hasTrailers && hasBody(wish)
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-trailer': 'yes' }))
    stream.respond(answerHeaders, { waitForTrailers, endStream: !hasBody(wish) })
    if (hasBody(wish)) stream.end(Buffer.alloc(wish.answerBytes, 'x'))
  })
}

async function serve(options: http2.ServerOptions) {
  const faults: unknown[] = []
  const sessions: http2.ServerHttp2Session[] = []
  const server = http2.createServer(options)
  server.on('stream', answer)
  server.on('sessionError', (error) => void faults.push(error))
  server.on('session', (session) => {
    sessions.push(session)
    session.on('frameError', (...fault) => void faults.push(fault))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  const close = () => {
    for (const session of sessions) session.destroy()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  }
  return { port: address.port, faults, close }
}

/** Sends all requests on one connection, as many at once as the server allows, and waits for their ends. */
function exchange(port: number, requests: readonly Asked[]): Promise<readonly CollectedAnswer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly CollectedAnswer[]>()
  const answers: CollectedAnswer[] = []
  const waiting = [...requests]
  let connection: Connection | undefined
  const session = new Http2Session({
    write: (bytes) => connection?.write(bytes) ?? false,
    onGoAway: () => undefined,
    onBroken: (reason) => reject(new Error(reason)),
  })
  const proceed = () => {
    while (session.capacity > 0) {
      const next = waiting.shift()
      if (next === undefined) break
      const collected = new CollectedAnswer()
      answers.push(collected)
      session.request(requestOf(next), collected)
    }
    session.flush()
    if (answers.length < requests.length || answers.some(({ ends }) => ends === 0)) return
    session.close()
    connection?.end()
    resolve(answers)
  }
  connection = liveNetwork().connect(
    { host: '127.0.0.1', port },
    {
      onOpen: () => session.start(),
      onData: (bytes) => {
        session.receive(bytes)
        proceed()
      },
      onDrain: () => session.onDrain(),
      onEnd: () => connection?.end(),
      onClose: () => session.lose(),
    },
  )
  return promise
}

function requestOf(wish: Asked) {
  const headerBlock = encodeHeaderBlock([
    [':method', 'POST'],
    [':scheme', 'http'],
    [':authority', 'test'],
    [':path', '/'],
    ['x-asked', JSON.stringify(wish)],
  ])
  return { headerBlock, body: bodyOf(wish.bodyBytes), isHead: false }
}

test('what was asked for is what comes, whatever the sizes, windows, tables and padding', async () => {
  await fc.assert(
    fc.asyncProperty(
      serverOptions,
      fc.array(asked, { minLength: 1, maxLength: 8 }),
      async (options, requests) => {
        const server = await serve(options)
        const answers = await exchange(server.port, requests)
        await server.close()
        expect(server.faults).toEqual([])
        for (const [index, wish] of requests.entries()) {
          const { head, body, trailers, failure } = answers[index]!
          expect(failure).toBeUndefined()
          expect(head?.status).toBe(wish.status)
          expect(head?.fields).toContainEqual(['x-sum', sumOf(bodyOf(wish.bodyBytes))])
          expect(head?.fields.filter(([name]) => /^x-\d/.test(name))).toHaveLength(wish.fields)
          expect(body).toBe(hasBody(wish) ? wish.answerBytes : 0)
          const hasTrailers = wish.hasTrailers && hasBody(wish)
          expect(trailers).toEqual(hasTrailers ? [['x-trailer', 'yes']] : [])
        }
      },
    ),
    { numRuns: 15 },
  )
}, 60_000)

test('a body goes through a window of one byte', async () => {
  const server = await serve({ settings: { initialWindowSize: 1 } })
  const wish = { bodyBytes: 200, answerBytes: 3, fields: 0, hasTrailers: false, status: 200 }
  const [answered] = await exchange(server.port, [wish])
  await server.close()
  expect(answered?.head?.fields).toContainEqual(['x-sum', sumOf(bodyOf(200))])
  expect(server.faults).toEqual([])
})

test('over TLS, ALPN decides: a server that speaks HTTP/2 is spoken to, and one that does not is not', async () => {
  const names = { dnsNames: ['shop.test'], addresses: [], nowMs: Date.now() }
  const { certificate, key, authority } = await liveCredentials().newServer(names)
  const secure = http2.createSecureServer({ cert: certificate, key, allowHTTP1: false })
  secure.on('stream', (stream) => {
    stream.respond({ ':status': 200 })
    stream.end('hello')
  })
  const plain = createTlsServer({ cert: certificate, key }, (socket) =>
    socket.on('error', () => undefined),
  )
  const tls = { serverName: 'shop.test', isVerified: true, authorities: authority }
  const outcomes: unknown[] = []
  for (const server of [secure, plain]) {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    invariant(address !== null && typeof address === 'object', 'the server listens on a port')
    const world = { clock: liveClock(), network: liveNetwork() }
    const load = new StreamLoad(world, { port: address.port, requests: 10, tls, timeoutMs: 2_000 })
    await load.run()
    outcomes.push([load.outcomes, new Set(load.ended.map(({ errno }) => errno))])
    server.close()
  }
  expect(outcomes).toEqual([
    [{ ok: 10 }, new Set([''])],
    [{ tls: 10 }, new Set(['H2_NOT_OFFERED'])],
  ])
})
