import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse as NodeResponse } from 'node:http'
import {
  BodyTooLargeError,
  ConnectionLostError,
  type BodyHandlers,
  type BodyStream,
  type ResponseHeaders,
  type ResponseStream,
  type ServerRequest,
  type ServerResponse,
} from '../http-server.ts'

/** Calls what the server's owner has written; what it throws is reported, and `breakOff` called. */
export type Guard = (call: () => void, breakOff: () => void) => void

/** A request of Node's server as the door shows it. */
export class LiveServerRequest implements ServerRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly remoteAddress: string
  readonly #incoming: IncomingMessage
  readonly #guard: Guard
  readonly #abortListeners: (() => void)[] = []
  #state: 'open' | 'aborted' | 'answered' = 'open'

  constructor(incoming: IncomingMessage, guard: Guard) {
    this.method = incoming.method ?? 'GET'
    this.target = originForm(incoming.url ?? '/')
    this.headers = joinHeaders(incoming)
    this.remoteAddress = incoming.socket.remoteAddress ?? ''
    this.#incoming = incoming
    this.#guard = guard
    // Without a reader the end of the connection is no event of the request's.
    incoming.on('error', () => undefined)
  }

  readBody(bytesMax: number): Promise<Uint8Array> {
    const incoming = this.#incoming
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let length = 0
      const refuse = () => {
        chunks.length = 0
        // The rest is read and dropped, so that a client that sends first and reads then sees the answer.
        incoming.off('data', onData).resume()
        reject(new BodyTooLargeError(`the body is longer than ${bytesMax} bytes`))
      }
      const onData = (chunk: Buffer) => {
        length += chunk.length
        if (length > bytesMax) refuse()
        else chunks.push(chunk)
      }
      if (Number(this.headers['content-length'] ?? 0) > bytesMax) return refuse()
      if (incoming.destroyed && !incoming.complete) return reject(connectionLost())
      incoming.on('data', onData)
      incoming.once('end', () => resolve(Buffer.concat(chunks)))
      incoming.once('close', () => incoming.complete || reject(connectionLost()))
    })
  }

  streamBody(handlers: BodyHandlers): BodyStream {
    const incoming = this.#incoming
    const breakOff = () => incoming.destroy()
    incoming.on('data', (chunk: Buffer) => this.#guard(() => handlers.onData(chunk), breakOff))
    incoming.once('end', () => this.#guard(() => handlers.onEnd(), breakOff))
    return { pause: () => incoming.pause(), resume: () => incoming.resume() }
  }

  onAbort(listener: () => void): void {
    if (this.#state === 'aborted') this.#guard(listener, () => undefined)
    else this.#abortListeners.push(listener)
  }

  get isAnswered(): boolean {
    return this.#state === 'answered'
  }

  /** The client has gone, or has been answered: whichever comes first. */
  settle(state: 'aborted' | 'answered'): void {
    if (this.#state !== 'open') return
    this.#state = state
    const listeners = this.#abortListeners.splice(0)
    if (state === 'answered') return
    for (const listener of listeners) this.#guard(listener, () => undefined)
  }
}

/** A proxy is asked for a whole URL, and every server has to take one too (RFC 9112 section 3.2.2). */
function originForm(target: string): string {
  const match = /^https?:\/\/[^/?]*(.*)$/is.exec(target)
  if (match === null) return target
  const [, rest = ''] = match
  return rest.startsWith('/') ? rest : `/${rest}`
}

function connectionLost(): ConnectionLostError {
  return new ConnectionLostError('the client went away in the middle of its request')
}

function joinHeaders(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {}
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (values !== undefined) joined[name] = values.join(name === 'cookie' ? '; ' : ', ')
  }
  return joined
}

/**
 * Node joins a text to the headers and encodes the whole, which saves a write; a long one it would thereby copy
 * once more than needed, after it was gone through for its length.
 */
const JOINED_LENGTH_MAX = 16 * 1024

/** An answer through Node's server. */
export class LiveServerResponse implements ServerResponse {
  readonly #outgoing: NodeResponse
  readonly #guard: Guard

  constructor(outgoing: NodeResponse, guard: Guard) {
    this.#outgoing = outgoing
    this.#guard = guard
    // Bytes for a client that has gone are no error; the request tells of its going.
    outgoing.on('error', () => undefined)
  }

  send(status: number, headers: ResponseHeaders, body: string | Uint8Array): void {
    const bytes =
      typeof body === 'string' && body.length > JOINED_LENGTH_MAX ? Buffer.from(body) : body
    const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
    this.#begin(status, { ...headers, 'content-length': String(length) }, () =>
      this.#outgoing.end(bytes),
    )
  }

  stream(status: number, headers: ResponseHeaders): ResponseStream {
    this.#begin(status, headers, () => this.#outgoing.flushHeaders())
    return new LiveResponseStream(this.#outgoing, this.#guard)
  }

  /** A header that cannot be written is a fault of the handler's, as is a second answer. */
  #begin(status: number, headers: ResponseHeaders, go: () => void): void {
    this.#guard(
      () => {
        this.#outgoing.writeHead(status, copyHeaders(headers))
        go()
      },
      () => answerFault(this.#outgoing),
    )
  }
}

/** 500 where nothing has been answered yet; else the client sees that its answer is not complete. */
export function answerFault(outgoing: NodeResponse): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy()
    return
  }
  for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name)
  const body = 'Internal Server Error\n'
  outgoing.writeHead(500, { 'content-type': 'text/plain', 'content-length': body.length })
  outgoing.end(body)
}

/** Node takes arrays it may change. */
export function copyHeaders(headers: ResponseHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : [...value],
    ]),
  )
}

class LiveResponseStream implements ResponseStream {
  readonly #outgoing: NodeResponse
  readonly #guard: Guard
  readonly #drainListeners: (() => void)[] = []
  /** Writes that the system has not taken yet. */
  #waiting = 0
  readonly #onWritten = () => {
    this.#waiting -= 1
    if (this.#waiting > 0) return
    for (const listener of this.#drainListeners) this.#guard(listener, () => this.destroy())
  }

  constructor(outgoing: NodeResponse, guard: Guard) {
    this.#outgoing = outgoing
    this.#guard = guard
  }

  get bufferedBytes(): number {
    return this.#outgoing.writableLength
  }

  write(chunk: string | Uint8Array): void {
    // An empty chunk would be the end of a chunked body.
    if (chunk.length === 0 || this.#outgoing.writableEnded || this.#outgoing.destroyed) return
    this.#waiting += 1
    this.#outgoing.write(chunk, this.#onWritten)
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener)
  }

  end(): void {
    this.#outgoing.end()
  }

  destroy(): void {
    this.#outgoing.destroy()
  }
}
