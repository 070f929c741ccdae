import { concatenate } from '../base/concatenate.ts'
import { FrameReader } from '../base/http2-frame-reader.ts'
import {
  CLIENT_PREFACE,
  encodeFrame,
  FLAG,
  FRAME,
  FRAME_BYTES_DEFAULT,
  type RawFrame,
} from '../base/http2-frames.ts'
import type { Clock } from '../world/clock.ts'
import {
  type Http2Answer,
  type Http2Request,
  Http2RequestError,
  type Network,
} from '../world/network.ts'
import { decodeHeaders, encodeHeaders } from './plain-headers.ts'

const STREAM = 1

/** One HTTP/2 exchange on a connection of its own: what the live door does for gRPC probes. */
export async function requestHttp2Over(
  network: Pick<Network, 'connect'>,
  clock: Clock,
  asked: Http2Request,
): Promise<Http2Answer> {
  const { target, timeoutMs, signal } = asked
  return new Promise((resolve, reject) => {
    let stage: Http2RequestError['stage'] = 'connect'
    let isDone = false
    const reader = new FrameReader(FRAME_BYTES_DEFAULT)
    const answer = new AnswerParts(asked.bodyBytesMax)
    const timer = clock.after(timeoutMs, () => fail('TIMEOUT', 'no answer in time'))
    const onAbort = () => fail('ABORTED', 'it was broken off')
    const settle = () => {
      isDone = true
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
      connection.reset()
    }
    const fail = (code: string, message: string) => {
      if (isDone) return
      settle()
      reject(new Http2RequestError(stage, code, message))
    }
    const take = (frame: RawFrame) => {
      if (isDone) return
      if (stage === 'connect') {
        if (frame.type !== FRAME.settings) return fail('EPROTO', 'no HTTP/2 is spoken there')
        stage = 'exchange'
        connection.write(requestFrames(asked))
      } else if (frame.stream === STREAM) {
        if (frame.type === FRAME.resetStream) return fail('ECONNRESET', 'the stream was reset')
        answer.take(frame)
        if (answer.whole === undefined) return
        settle()
        resolve(answer.whole)
      }
    }
    const connection = network.connect(target, {
      onOpen() {
        const preface = new TextEncoder().encode(CLIENT_PREFACE)
        connection.write(concatenate([preface, encodeFrame(FRAME.settings)]))
      },
      onData(bytes) {
        reader.feed(bytes)
        for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
          if (frame === 'oversize') return fail('EPROTO', 'a frame is too large')
          take(frame)
        }
      },
      onEnd: () => fail('ECONNRESET', 'EOF'),
      onClose: (error) => fail(error?.code ?? 'ECONNRESET', error?.syscall ?? 'EOF'),
    })
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted === true) onAbort()
  })
}

function requestFrames({ path, headers, body, target }: Http2Request): Uint8Array {
  const pseudo = {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': `${target.host}:${target.port}`,
  }
  return concatenate([
    encodeFrame(FRAME.settings, { flags: FLAG.acknowledged }),
    encodeFrame(FRAME.headers, {
      flags: FLAG.endHeaders,
      stream: STREAM,
      payload: encodeHeaders({ ...pseudo, ...headers }),
    }),
    encodeFrame(FRAME.data, { flags: FLAG.endStream, stream: STREAM, payload: body }),
  ])
}

/** An answer as it arrives: headers, body, and trailers, which are the headers after a body or at the end. */
class AnswerParts {
  whole: Http2Answer | undefined
  readonly #bytesMax: number
  #headers: Record<string, string> | undefined
  #trailers: Record<string, string> = {}
  #body: Uint8Array = new Uint8Array(0)

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  take({ type, flags, payload }: RawFrame): void {
    if (type === FRAME.headers) {
      const fields = decodeHeaders(payload) ?? {}
      if (this.#headers === undefined) this.#headers = fields
      else this.#trailers = fields
    }
    let isCut = false
    if (type === FRAME.data) {
      const body = concatenate([this.#body, payload])
      isCut = body.length > this.#bytesMax
      this.#body = body.slice(0, this.#bytesMax)
    }
    const isLast = (type === FRAME.headers || type === FRAME.data) && (flags & FLAG.endStream) !== 0
    if (!isLast && !isCut) return
    const { ':status': status, ...headers } = this.#headers ?? {}
    this.whole = {
      status: Number(status ?? 0),
      headers,
      body: this.#body,
      trailers: this.#trailers,
    }
  }
}
