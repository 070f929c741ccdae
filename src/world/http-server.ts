import type { Address, Listener } from './network.ts'

/** One request as it came in. Header names are in lower case; several of one name are joined by `, `. */
export interface ServerRequest {
  readonly method: string
  /** Path and query as on the request line, undecoded. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly remoteAddress: string
  /** The whole body. Rejects with BodyTooLarge, or with ConnectionLost when the client went away. */
  readBody(bytesMax: number): Promise<Uint8Array>
  /** The body as it comes, instead of `readBody`. After an abort there is no `onEnd`. */
  streamBody(handlers: BodyHandlers): BodyStream
  /** Called once when the client went away before the answer was complete. */
  onAbort(listener: () => void): void
}

export interface BodyHandlers {
  /** `bytes` may be kept. */
  onData(bytes: Uint8Array): void
  onEnd(): void
}

export interface BodyStream {
  /** Stops and goes on reading: back-pressure. */
  pause(): void
  resume(): void
}

export interface ServerResponse {
  /** The whole answer; `content-length` is filled in. */
  send(status: number, headers: ResponseHeaders, body: string | Uint8Array): void
  /** Begins an answer of unknown length (chunked): a watch, a log. */
  stream(status: number, headers: ResponseHeaders): ResponseStream
}

/** Several values of one name are several header lines (`Warning`). */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>

export interface ResponseStream {
  /** Bytes that wait because the client does not read. Nobody but the writer bounds them. */
  readonly bufferedBytes: number
  write(chunk: string | Uint8Array): void
  /** Called each time everything that waited has been taken. */
  onDrain(listener: () => void): void
  end(): void
  /** Breaks the connection off: the client sees that the answer is not complete. */
  destroy(): void
}

/** A message of a WebSocket (RFC 6455), text as its bytes. */
export interface WebSocketHandlers {
  /** `bytes` may be kept. */
  onMessage(bytes: Uint8Array): void
  /** Called each time everything that waited has been taken. */
  onDrain(): void
  onClose(): void
}

export interface WebSocketConnection {
  readonly bufferedBytes: number
  /** One message, binary unless it is said to be text. */
  send(bytes: Uint8Array, kind?: 'text'): void
  close(code: number, reason: string): void
  /** Stops and goes on reading: back-pressure. */
  pause(): void
  resume(): void
}

/** A request with `Upgrade:`. Exactly one of the methods is to be called. */
export interface UpgradeRequest extends ServerRequest {
  /** Answers 101 with `protocol` as Sec-WebSocket-Protocol, whatever characters it has. */
  acceptWebSocket(protocol: string, handlers: WebSocketHandlers): WebSocketConnection
  /** Answers 101 with these headers; from then on the connection is raw bytes (SPDY). */
  acceptStream(headers: ResponseHeaders, handlers: ByteStreamHandlers): ByteStream
  /** An ordinary answer; the connection is closed after it. */
  refuse(status: number, headers: ResponseHeaders, body: string): void
}

export interface ByteStreamHandlers {
  /** `bytes` may be kept. */
  onData(bytes: Uint8Array): void
  onEnd(): void
  onDrain(): void
  onClose(): void
}

export interface ByteStream {
  /** False: more than a few hundred kilobytes wait; stop until onDrain. */
  write(bytes: Uint8Array): boolean
  end(): void
  destroy(): void
  pause(): void
  resume(): void
}

export interface HttpServerHandlers {
  onRequest(request: ServerRequest, response: ServerResponse): void
  onUpgrade(request: UpgradeRequest): void
}

export interface HttpServerOptions {
  /** An address to bind (port 0: any free one), or a descriptor of a socket that listens already. */
  readonly listen: Address | { readonly descriptor: number }
  /** PEM. Absent: plain HTTP. TLS 1.2 and later; HTTP/1.1. */
  readonly tls?: { readonly key: string; readonly certificate: string }
  readonly handlers: HttpServerHandlers
  /** Bounds, all with defaults that suit an API server. */
  readonly headerBytesMax?: number
  readonly connectionsMax?: number
  /**
   * Told what a handler threw (the request is then answered with 500, or broken off), and what goes wrong
   * with the server itself. Neither ends the process. Default: nobody is told.
   */
  readonly onError?: (error: unknown) => void
}

/** The door to serving HTTP/1.1. `close` also breaks off what is still open after `graceMs`. */
export interface HttpServers {
  listen(options: HttpServerOptions): Promise<Listener & { close(graceMs?: number): Promise<void> }>
}

/** The client sent more than is allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
}

/** The client went away in the middle of its request. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
}
