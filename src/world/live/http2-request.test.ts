import { createServer, type ServerHttp2Stream } from 'node:http2'
import { afterEach, expect, test } from 'vitest'
import { requestHttp2 } from './http2-request.ts'

const closers: (() => void)[] = []
afterEach(() => closers.splice(0).forEach((close) => close()))

/** A server of Node's, whose header lists are compressed in every way that HPACK has. */
function serve(answer: (stream: ServerHttp2Stream, path: string) => void): Promise<number> {
  const server = createServer()
  server.on('stream', (stream, headers) => answer(stream, String(headers[':path'])))
  closers.push(() => void server.close())
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

const ask = (port: number) =>
  requestHttp2({
    target: { host: '127.0.0.1', port },
    path: '/grpc.health.v1.Health/Check',
    headers: { 'content-type': 'application/grpc', te: 'trailers' },
    body: Uint8Array.of(0, 0, 0, 0, 0),
    timeoutMs: 10_000,
    bodyBytesMax: 1_000,
  })

test('an answer with trailers is read as any server writes it', async () => {
  const paths: string[] = []
  const port = await serve((stream, path) => {
    paths.push(path)
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    )
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }),
    )
    stream.end(Uint8Array.of(0, 0, 0, 0, 2, 8, 1))
  })
  const { body, ...answer } = await ask(port)
  expect(paths).toEqual(['/grpc.health.v1.Health/Check'])
  expect([...body]).toEqual([0, 0, 0, 0, 2, 8, 1])
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/grpc' },
    trailers: { 'grpc-status': '0', 'grpc-message': 'fine' },
  })
})

test('a stream that is reset fails in its exchange', async () => {
  const port = await serve((stream) => {
    stream.on('error', () => undefined)
    stream.close(2)
  })
  await expect(ask(port)).rejects.toMatchObject({ stage: 'exchange' })
})

test('an answer of headers alone is one', async () => {
  const port = await serve((stream) => {
    stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true })
  })
  expect(await ask(port)).toMatchObject({ status: 200, headers: { 'grpc-status': '12' } })
})
