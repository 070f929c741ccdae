export interface Address {
  readonly host: string
  readonly port: number
}

/** Where to connect, and whether what is said there is encrypted. */
export interface ConnectTarget extends Address {
  readonly tls?: TlsOptions
  /** Of a name with several addresses, each connection goes to the next one; else each goes to the first. */
  readonly usesAllAddresses?: boolean
}

/** TLS as a client speaks it. One object for many connections: what is costly to make is kept with it. */
export interface TlsOptions {
  /** Sent as SNI unless it is an IP address (RFC 6066, section 3); the certificate must be for it. */
  readonly serverName: string
  /** False: any certificate will do. */
  readonly isVerified: boolean
  /** PEM; missing: the well-known authorities. */
  readonly authorities?: string
  /** PEM: the client's own certificate (with its chain) and key. */
  readonly certificate?: string
  readonly key?: string
  /** Application protocols in the order of preference (RFC 7301): `h2`, `http/1.1`. */
  readonly protocols?: readonly string[]
}

/** Why a socket ended badly, in the kernel's words. */
export interface SocketError {
  /** An errno name: ECONNREFUSED, ECONNRESET, EHOSTUNREACH, EPIPE, … or a word of TLS: CERT_HAS_EXPIRED, ALERT_UNKNOWN_CA. */
  readonly code: string
  /** The call that failed: getaddrinfo, connect, read, write; `tls` for all that fails between connect and onOpen, and for what TLS finds wrong later. */
  readonly syscall: string
}

/**
 * What the owner of a connection is told, in this order: onOpen at most once, then onData and
 * onEnd, then onClose exactly once. A connection that never opened gets onClose only.
 */
export interface ConnectionHandlers {
  onOpen(): void
  /** `bytes` is valid only during the call: its memory is used again for the next read. */
  onData(bytes: Uint8Array): void
  /** The peer has sent FIN. Our side stays open for writing until `end` or `reset`. */
  onEnd(): void
  /** `write` returned false before, and the kernel has now taken what was queued. */
  onDrain?(): void
  onClose(error?: SocketError): void
}

export interface Connection {
  /** The port on our side; 0 until the connection is open. */
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  /** The application protocol that TLS has agreed on; empty without one. */
  readonly protocol?: string
  /** Queues bytes. False: more than a few hundred kilobytes wait; stop until onDrain. */
  write(bytes: Uint8Array): boolean
  /** Sends FIN after what was written. */
  end(): void
  /** Sends RST and forgets what was queued. onClose follows. */
  reset(): void
  pause(): void
  resume(): void
}

export interface Listener {
  readonly port: number
  /** Stops accepting. Connections already accepted go on. Resolves when the port is free. */
  close(): Promise<void>
}

/** A bound UDP port. */
export interface DatagramListener {
  readonly port: number
  /** From the address that is bound. What cannot be sent is lost without a word, as datagrams are. */
  send(bytes: Uint8Array, to: Address): void
  close(): Promise<void>
}

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** More of the body than this is not read. */
  readonly bodyBytesMax: number
  /** Breaks it off. */
  readonly signal?: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An HTTP exchange that had no answer. */
export class HttpRequestError extends Error {
  override readonly name = 'HttpRequestError'
  /** An errno name (EINVAL: the request could not be written down), TIMEOUT, or ABORTED by the caller's signal. */
  readonly code: string
  /** There was a status, and the body was cut short. */
  readonly isAnswered: boolean

  constructor(code: string, message: string, isAnswered = false) {
    super(message)
    this.code = code
    this.isAnswered = isAnswered
  }
}

export interface Http2Request {
  readonly target: Address
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly timeoutMs: number
  /** More of the answer's body than this is not read. */
  readonly bodyBytesMax: number
  /** Breaks it off. */
  readonly signal?: AbortSignal
}

export interface Http2Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly trailers: Readonly<Record<string, string>>
}

/** An HTTP/2 exchange that had no answer; codes as those of HttpRequestError. */
export class Http2RequestError extends Error {
  override readonly name = 'Http2RequestError'
  readonly code: string
  /** connect: nobody was there who speaks HTTP/2. */
  readonly stage: 'connect' | 'exchange'

  constructor(stage: 'connect' | 'exchange', code: string, message: string) {
    super(message)
    this.stage = stage
    this.code = code
  }
}

/** The door to sockets. Implementations never retry anything. */
export interface Network {
  /**
   * Opens a TCP connection (TCP_NODELAY), with TLS on it if the target says so: it is open when the
   * handshake is done. A name is resolved anew each time, to its first address. Failures arrive at `handlers.onClose`. No handler is called
   * before this has returned.
   */
  connect(target: ConnectTarget, handlers: ConnectionHandlers): Connection
  /** Accepts TCP connections; rejects with the errno in `code` when the address cannot be bound. */
  listen(
    address: Address,
    onConnection: (connection: Connection) => ConnectionHandlers,
  ): Promise<Listener>
  /**
   * Takes UDP datagrams; rejects with the errno in `code` when the address cannot be bound. `bytes` are the receiver's
   * to keep.
   */
  listenDatagrams(
    address: Address,
    onDatagram: (bytes: Uint8Array, from: Address) => void,
  ): Promise<DatagramListener>
  /**
   * One HTTP/1.1 exchange on a connection of its own, for probes and hooks: TLS is not verified,
   * redirects are not followed. Rejects with HttpRequestError when there is no answer.
   */
  request(request: HttpRequest): Promise<HttpAnswer>
  /**
   * One POST over HTTP/2 without TLS, the server being known to speak it, on a connection of its own: for gRPC.
   * Rejects with Http2RequestError when there is no complete answer.
   */
  requestHttp2(request: Http2Request): Promise<Http2Answer>
}
