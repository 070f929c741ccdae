import { Buffer } from 'node:buffer'
import { isIP, type TcpNetConnectOpts } from 'node:net'
import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls'
import type {
  ConnectTarget,
  Connection,
  ConnectionHandlers,
  SocketError,
  TlsOptions,
} from '../network.ts'
import { isSendingFin } from './connection.ts'
import { errnoOf, syscallOf } from './errno.ts'
import type { ReadBuffer } from './read-buffer.ts'
import { addressLookup } from './rotating-lookup.ts'

/** Not by `import`: most threads speak no TLS, and are 2 MB smaller without. */
const nodeTls = () => process.getBuiltinModule('node:tls')

/** Certificates are parsed once for all connections that use them. */
const contexts = new WeakMap<TlsOptions, SecureContext>()

/** A connection with TLS on it. Certificates and keys that cannot be read are told at `onClose`, like a failed handshake. */
export function openTlsConnection(
  target: ConnectTarget,
  options: TlsOptions,
  handlers: ConnectionHandlers,
  reads: ReadBuffer,
): Connection {
  return new TlsConnection(target, options, handlers, reads)
}

/** What Node takes of TCP's options for TLS, too, and its types do not say. */
type TcpOptions = Pick<
  TcpNetConnectOpts,
  'allowHalfOpen' | 'autoSelectFamily' | 'noDelay' | 'onread'
>

/** The native handles of a TLS socket: that of TLS, and below it that of TCP, which can be reset. */
interface TlsHandles {
  readonly _handle?: {
    readonly _parent?: { close: (done: () => void) => void; reset?: (done: () => void) => void }
  } | null
}

/** TLS on a TCP socket that it makes for itself: on one of ours it would not read into memory of ours. */
class TlsConnection implements Connection {
  readonly remotePort: number
  readonly #host: string
  readonly #tls: TLSSocket
  readonly #readMemory: ArrayBufferLike
  #isConnected = false
  #isOpen = false
  #isReset = false
  #localPort = 0
  #failure: SocketError | undefined

  constructor(
    { host, port, usesAllAddresses }: ConnectTarget,
    options: TlsOptions,
    handlers: ConnectionHandlers,
    reads: ReadBuffer,
  ) {
    this.#host = host
    this.remotePort = port
    this.#readMemory = reads.bytes.buffer
    const { serverName, isVerified, protocols = [] } = options
    const secureContext = this.#contextOf(options)
    const connection: ConnectionOptions & TcpOptions = {
      host,
      port,
      noDelay: true,
      allowHalfOpen: true,
      autoSelectFamily: false,
      ...addressLookup(usesAllAddresses),
      onread: {
        buffer: reads.bytes,
        callback: (length: number) => {
          if (!this.#isReset) handlers.onData(reads.view(length))
          return true
        },
      },
      // An address has no SNI, and the certificate is the server's by its name, wherever that led to.
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      checkServerIdentity: (_, shown) => nodeTls().checkServerIdentity(serverName, shown),
      ...(secureContext === undefined ? {} : { secureContext }),
      rejectUnauthorized: isVerified,
      ALPNProtocols: [...protocols],
    }
    this.#tls = nodeTls().connect(connection)
    this.#tls.once('connect', () => {
      this.#isConnected = true
      this.#localPort = this.#tls.localPort ?? 0
    })
    if (secureContext === undefined) this.#tls.destroy()
    this.#tell(handlers)
  }

  get localPort(): number {
    return this.#localPort
  }

  get remoteAddress(): string {
    return isIP(this.#host) === 0 ? (this.#tls.remoteAddress ?? this.#host) : this.#host
  }

  get protocol(): string {
    return this.#tls.alpnProtocol === false ? '' : (this.#tls.alpnProtocol ?? '')
  }

  write(bytes: Uint8Array): boolean {
    if (this.#tls.destroyed || this.#tls.writableEnded) return true
    // What waits for the handshake is encrypted later, and read memory is about to be used again.
    const isKept = this.#isOpen && bytes.buffer !== this.#readMemory
    return this.#tls.write(isKept ? bytes : Buffer.from(bytes))
  }

  end(): void {
    this.#tls.end()
  }

  reset(): void {
    if (this.#isReset) return
    this.#isReset = true
    // Not while TLS is at work on bytes of that very socket, which crashes Node in secureConnect.
    setImmediate(() => {
      // The system refuses to reset while it is sending FIN, and is then done in a moment.
      if (isSendingFin(this.#tls)) this.#tls.once('finish', () => this.#destroyByReset())
      else this.#destroyByReset()
    })
  }

  pause(): void {
    this.#tls.pause()
  }

  resume(): void {
    this.#tls.resume()
  }

  /** Destroying TLS closes the TCP handle below it: so that it is reset instead, like that of a socket without TLS. */
  #destroyByReset(): void {
    const { _handle: handle } = this.#tls as TlsHandles // oxlint-disable-line typescript/no-unsafe-type-assertion -- Node offers no other way, and a test sees to it
    const { _parent: tcp } = handle ?? {}
    // Before the handshake of TCP is done there is no peer to tell, and the attempt itself is ended.
    if (tcp?.reset !== undefined && !this.#tls.connecting) tcp.close = tcp.reset
    this.#tls.destroy()
  }

  #tell(handlers: ConnectionHandlers): void {
    const tls = this.#tls
    tls.once('secureConnect', () => {
      this.#isOpen = true
      if (!this.#isReset) handlers.onOpen()
    })
    tls.on('error', (error) => {
      this.#note(error)
      // Of an alert Node tells, and reads on to the end of the connection as if it were any other.
      tls.destroy()
    })
    tls.once('end', () => {
      if (this.#isOpen && !this.#isReset && this.#failure === undefined) handlers.onEnd()
    })
    tls.on('drain', () => handlers.onDrain?.())
    tls.once('close', () => {
      if (!this.#isOpen && this.#isConnected)
        this.#failure ??= { code: 'ECONNRESET', syscall: 'tls' }
      handlers.onClose(this.#failure)
    })
  }

  /** The first error tells why; a later one is its consequence. */
  #note(error: Error): void {
    const code = tlsCodeOf(error)
    const isOfTls = this.#isOpen ? isWordOfTls(code) : this.#isConnected
    const syscall = isOfTls ? 'tls' : syscallOf(error, this.#isOpen ? 'read' : 'connect')
    this.#failure ??= { code, syscall }
  }

  /** Undefined for certificates and keys that cannot be read. */
  #contextOf(options: TlsOptions): SecureContext | undefined {
    try {
      return contextOf(options)
    } catch (error) {
      this.#failure = { code: errnoOf(error, 'ERR_TLS_CONTEXT'), syscall: 'tls' }
      return undefined
    }
  }
}

/**
 * An alert of the peer by the name that RFC 8446 (section 6) has for it, `ALERT_UNKNOWN_CA`: OpenSSL puts the version in
 * front in which it first came up (`ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`), and each release of it another one.
 */
function tlsCodeOf(error: Error): string {
  return errnoOf(error).replace(
    /^ERR_SSL_(?:SSLV3|SSL\/TLS|TLSV1|TLSV13)_(?:ALERT_)?(?=[A-Z])/,
    'ALERT_',
  )
}

function isWordOfTls(code: string): boolean {
  return /^(?:ALERT|ERR_SSL)_/.test(code)
}

function contextOf(options: TlsOptions): SecureContext {
  const known = contexts.get(options)
  if (known !== undefined) return known
  const { authorities, certificate, key } = options
  const context = nodeTls().createSecureContext({
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  })
  contexts.set(options, context)
  return context
}
