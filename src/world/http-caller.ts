import type { ByteStream, ByteStreamHandlers } from './http-server.ts'

/** A server to call, and how to trust it. */
export interface Endpoint {
  /** `https://127.0.0.1:6443`; a path is a prefix of all targets. */
  readonly baseUrl: string
  /** PEM of the authority that signed the server's certificate. Absent: the system's. */
  readonly authority?: string
  /** PEM of the client's own certificate and key. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string }
  /** The server's certificate is not verified. */
  readonly insecure?: boolean
  /** Connections go to this Unix socket; `baseUrl` still says as whom the server is verified. */
  readonly socketPath?: string
}

export interface Call {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** To the end of the answer; of a stream, to the end of its headers. */
  readonly timeoutMs: number
  /** A longer answer is an error. */
  readonly bodyBytesMax?: number
}

export interface CallAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface StreamHandlers {
  /** Headers are there. Anything but 200 comes with its whole body instead of a stream, and nothing follows. */
  onRefused(answer: CallAnswer): void
  onData(text: string): void
  /** Once, after everything else: the server ended it (no error), or it broke. Not after `stop`. */
  onEnd(error?: CallError): void
}

/** There was no complete answer. Whether the server acted on the call is not known. */
export class CallError extends Error {
  override readonly name = 'CallError'
  /** An errno name, TIMEOUT, TOO_LARGE, or a TLS error's code. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Calls to one server over connections that are kept open. Nothing is ever retried in here. */
export interface HttpCaller {
  /** Rejects with CallError. */
  call(call: Call): Promise<CallAnswer>
  stream(call: Call, handlers: StreamHandlers): { stop(): void }
  /** Ends all connections; calls under way are rejected. */
  close(): Promise<void>
}

/** The door to calling HTTP servers. */
export interface HttpCallers {
  open(endpoint: Endpoint): HttpCaller
  /**
   * A call on a connection of its own that is raw bytes once the server has agreed (101).
   * Rejects with CallError; another answer comes whole. `timeoutMs` is to the server's agreement.
   */
  openStream(
    endpoint: Endpoint,
    call: Call,
    handlers: ByteStreamHandlers,
  ): Promise<{ readonly stream: ByteStream } | { readonly refused: CallAnswer }>
}
