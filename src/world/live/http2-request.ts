import { Buffer } from 'node:buffer'
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2'
import { type Http2Answer, type Http2Request, Http2RequestError } from '../network.ts'
import { errnoOf } from './errno.ts'

/** One POST over HTTP/2 in clear text on a connection of its own, with one deadline over all of it. */
export function requestHttp2(asked: Http2Request): Promise<Http2Answer> {
  // Not by `import`, as in http-modules.ts, and only where it is used: most runs have no gRPC.
  const http2 = process.getBuiltinModule('node:http2')
  const { host, port } = asked.target
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const session = http2.connect(`http://${authority}`)
  return new Promise((resolve, reject) => {
    let stage: Http2RequestError['stage'] = 'connect'
    const fail = (code: string, message: string) => {
      settle()
      reject(new Http2RequestError(stage, code, message))
    }
    const onAbort = () => fail('ABORTED', 'it was broken off')
    const timeout = setTimeout(
      () => fail('TIMEOUT', `no answer within ${asked.timeoutMs} ms`),
      asked.timeoutMs,
    )
    const settle = () => {
      clearTimeout(timeout)
      asked.signal?.removeEventListener('abort', onAbort)
      session.destroy()
    }
    const failWith = (error: Error) => fail(errnoOf(error), error.message)
    session.on('error', failWith)
    session.on('close', () => fail('ECONNRESET', 'the connection was closed without an answer'))
    // Whoever does not speak HTTP/2 sends no SETTINGS.
    session.once('remoteSettings', () => {
      stage = 'exchange'
      const stream = openStream(session, asked)
      stream.on('error', failWith)
      collect(stream, asked.bodyBytesMax, (answer) => {
        settle()
        resolve(answer)
      })
    })
    if (asked.signal?.aborted === true) onAbort()
    else asked.signal?.addEventListener('abort', onAbort)
  })
}

function openStream(session: ClientHttp2Session, asked: Http2Request): ClientHttp2Stream {
  const stream = session.request({ ...asked.headers, ':method': 'POST', ':path': asked.path })
  stream.end(Buffer.from(asked.body))
  return stream
}

function collect(
  stream: ClientHttp2Stream,
  bytesMax: number,
  finish: (answer: Http2Answer) => void,
): void {
  let headers: IncomingHttpHeaders = {}
  let trailers: IncomingHttpHeaders = {}
  const chunks: Buffer[] = []
  let length = 0
  const finishNow = () => {
    finish({
      status: Number(headers[':status'] ?? 0),
      headers: textsOf(headers),
      body: Buffer.concat(chunks),
      trailers: textsOf(trailers),
    })
  }
  stream.on('response', (received) => (headers = received))
  stream.on('trailers', (received) => (trailers = received))
  stream.on('data', (chunk: Buffer) => {
    if (length > bytesMax) return
    chunks.push(chunk.subarray(0, bytesMax - length))
    length += chunk.length
    if (length > bytesMax) finishNow()
  })
  stream.on('end', finishNow)
}

/** Without the pseudo-headers. */
function textsOf(headers: IncomingHttpHeaders): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':')) continue
    texts[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return texts
}
