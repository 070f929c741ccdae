import { describe, expect, test } from 'vitest'
import { concatenate } from '../../src/base/concatenate.ts'
import { FrameReader } from '../../src/base/http2-frame-reader.ts'
import { encodeFrame, FLAG, FRAME, FRAME_BYTES_DEFAULT } from '../../src/base/http2-frames.ts'
import { encodeHeaders } from '../../src/simulator/plain-headers.ts'
import {
  type Connection,
  Http2RequestError,
  type Listener,
  type Network,
} from '../../src/world/network.ts'

const STREAM = 1
const PREFACE_BYTES = 24

/** What every Network promises of HTTP/2; `host` can be listened on and connected to. */
export function describeHttp2(name: string, makeNetwork: () => Network, host: string): void {
  const ask = (network: Network, port: number, options = {}) =>
    network.requestHttp2({
      target: { host, port },
      path: '/pkg.Service/Method',
      headers: { 'content-type': 'application/grpc', te: 'trailers' },
      body: Uint8Array.of(1, 2, 3),
      timeoutMs: 5_000,
      bodyBytesMax: 1_000,
      ...options,
    })

  describe(`${name} network, HTTP/2`, () => {
    test('an exchange gets status, headers, body and trailers', async () => {
      const network = makeNetwork()
      const bodies: number[][] = []
      const server = await serveFrames(network, host, {
        answer: concatenate([
          headersFrame({ ':status': '200', 'x-one': '1' }, FLAG.endHeaders),
          encodeFrame(FRAME.data, { stream: STREAM, payload: Uint8Array.of(7, 8) }),
          encodeFrame(FRAME.data, { stream: STREAM, payload: Uint8Array.of(9) }),
          headersFrame({ 'grpc-status': '5' }, FLAG.endHeaders | FLAG.endStream),
        ]),
        onBody: (body) => bodies.push([...body]),
      })
      const { body, ...answer } = await ask(network, server.port)
      expect(answer).toEqual({
        status: 200,
        headers: { 'x-one': '1' },
        trailers: { 'grpc-status': '5' },
      })
      expect([...body]).toEqual([7, 8, 9])
      expect(bodies).toEqual([[1, 2, 3]])
      await server.close()
    })

    test('headers alone are an answer, and a long body is cut', async () => {
      const network = makeNetwork()
      const ended = FLAG.endHeaders | FLAG.endStream
      const short = await serveFrames(network, host, {
        answer: headersFrame({ ':status': '404' }, ended),
      })
      expect(await ask(network, short.port)).toMatchObject({ status: 404, trailers: {} })
      await short.close()
      const payload = new Uint8Array(5_000)
      const long = await serveFrames(network, host, {
        answer: concatenate([
          headersFrame({ ':status': '200' }, FLAG.endHeaders),
          encodeFrame(FRAME.data, { flags: FLAG.endStream, stream: STREAM, payload }),
        ]),
      })
      expect((await ask(network, long.port)).body).toHaveLength(1_000)
      await long.close()
      const endless = await serveFrames(network, host, {
        answer: concatenate([
          headersFrame({ ':status': '200' }, FLAG.endHeaders),
          encodeFrame(FRAME.data, { stream: STREAM, payload }),
        ]),
      })
      expect((await ask(network, endless.port)).body).toHaveLength(1_000)
      await endless.close()
    })

    test('a port that refuses, and one that speaks HTTP/1.1, fail to connect', async () => {
      const network = makeNetwork()
      const http = await network.listen({ host, port: 0 }, (connection) => ({
        ...SILENT,
        onData() {
          connection.write(new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n'))
          connection.end()
        },
      }))
      const spoken = await failureOf(ask(network, http.port))
      expect(spoken).toBeInstanceOf(Http2RequestError)
      expect(spoken).toMatchObject({ stage: 'connect' })
      await http.close()
      const refused = await failureOf(ask(network, http.port))
      expect(refused).toMatchObject({ stage: 'connect', code: 'ECONNREFUSED' })
    })

    test('a server that says nothing at all times out while connecting, a mute service afterwards', async () => {
      const network = makeNetwork()
      const silent = await network.listen({ host, port: 0 }, () => SILENT)
      const timeoutMs = 50
      const unanswered = await failureOf(ask(network, silent.port, { timeoutMs }))
      expect(unanswered).toMatchObject({ stage: 'connect', code: 'TIMEOUT' })
      await silent.close()
      const mute = await serveFrames(network, host, { answer: new Uint8Array(0) })
      const hanging = await failureOf(ask(network, mute.port, { timeoutMs: 200 }))
      expect(hanging).toMatchObject({ stage: 'exchange', code: 'TIMEOUT' })
      await mute.close()
    })

    test('the signal breaks an exchange off', async () => {
      const network = makeNetwork()
      const abort = new AbortController()
      const mute = await serveFrames(network, host, {
        answer: new Uint8Array(0),
        onBody: () => abort.abort(),
      })
      const broken = await failureOf(ask(network, mute.port, { signal: abort.signal }))
      expect(broken).toMatchObject({ code: 'ABORTED' })
      await mute.close()
    })
  })
}

function failureOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.catch((error: unknown) => error)
}

const SILENT = {
  onOpen: () => undefined,
  onData: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
}

function headersFrame(headers: Readonly<Record<string, string>>, flags: number): Uint8Array {
  return encodeFrame(FRAME.headers, { flags, stream: STREAM, payload: encodeHeaders(headers) })
}

/** Sends SETTINGS, and `answer` when the body of the first request is complete. */
function serveFrames(
  network: Network,
  host: string,
  options: { readonly answer: Uint8Array; readonly onBody?: (body: Uint8Array) => void },
): Promise<Listener> {
  return network.listen({ host, port: 0 }, (connection: Connection) => {
    const reader = new FrameReader(FRAME_BYTES_DEFAULT)
    let prefaceLeft = PREFACE_BYTES
    const body: Uint8Array[] = []
    return {
      ...SILENT,
      onOpen: () => void connection.write(encodeFrame(FRAME.settings)),
      onData(bytes) {
        const rest = bytes.slice(Math.min(prefaceLeft, bytes.length))
        prefaceLeft -= bytes.length - rest.length
        reader.feed(rest)
        for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
          if (frame === 'oversize') return connection.reset()
          const { type, flags, payload } = frame
          if (type !== FRAME.data) continue
          body.push(payload.slice())
          if ((flags & FLAG.endStream) === 0) continue
          options.onBody?.(concatenate(body))
          connection.write(options.answer)
        }
      },
      onEnd: () => connection.end(),
    }
  })
}
