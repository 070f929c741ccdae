import { Buffer } from 'node:buffer'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls'
import type {
  ConnectTarget,
  Connection,
  ConnectionHandlers,
  SocketError,
  TlsOptions,
} from '../network.ts'
import { errnoOf, syscallOf } from './errno.ts'
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
): Connection {
  return new TlsConnection(target, options, handlers)
}

/** TLS over a TCP socket of our own: only that one can be reset. */
class TlsConnection implements Connection {
  readonly remotePort: number
  readonly #host: string
  readonly #tcp: Socket
  readonly #tls: TLSSocket
  #isConnected = false
  #isOpen = false
  #isReset = false
  #localPort = 0
  #failure: SocketError | undefined

  constructor(target: ConnectTarget, options: TlsOptions, handlers: ConnectionHandlers) {
    const { host, port, usesAllAddresses } = target
    this.#host = host
    this.remotePort = port
    this.#tcp = connectTcp({
      host,
      port,
      noDelay: true,
      allowHalfOpen: true,
      autoSelectFamily: false,
      ...addressLookup(usesAllAddresses),
    })
    this.#tcp.once('connect', () => {
      this.#isConnected = true
      this.#localPort = this.#tcp.localPort ?? 0
    })
    this.#tcp.on('error', (error) => this.#note(error))
    const { serverName, isVerified, protocols = [] } = options
    const secureContext = this.#contextOf(options)
    const connection: ConnectionOptions = {
      socket: this.#tcp,
      // The certificate is compared with `servername`, or with `host` where an address has no SNI.
      host: serverName,
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      ...(secureContext === undefined ? {} : { secureContext }),
      rejectUnauthorized: isVerified,
      ALPNProtocols: [...protocols],
    }
    this.#tls = nodeTls().connect(connection)
    if (secureContext === undefined) this.#tls.destroy()
    this.#tell(handlers)
  }

  get localPort(): number {
    return this.#localPort
  }

  get remoteAddress(): string {
    return isIP(this.#host) === 0 ? (this.#tcp.remoteAddress ?? this.#host) : this.#host
  }

  get protocol(): string {
    return this.#tls.alpnProtocol === false ? '' : (this.#tls.alpnProtocol ?? '')
  }

  write(bytes: Uint8Array): boolean {
    if (this.#tls.destroyed || this.#tls.writableEnded) return true
    // Encryption takes place later, and the bytes are the caller's again when this returns.
    return this.#tls.write(Buffer.from(bytes))
  }

  end(): void {
    this.#tls.end()
  }

  reset(): void {
    if (this.#isReset) return
    this.#isReset = true
    // Not while TLS is at work on bytes of that very socket, which crashes Node in secureConnect.
    setImmediate(() => {
      if (this.#tcp.connecting) this.#tcp.destroy()
      else this.#tcp.resetAndDestroy()
      this.#tls.destroy()
    })
  }

  pause(): void {
    this.#tls.pause()
  }

  resume(): void {
    this.#tls.resume()
  }

  #tell(handlers: ConnectionHandlers): void {
    const tls = this.#tls
    tls.once('secureConnect', () => {
      this.#isOpen = true
      if (!this.#isReset) handlers.onOpen()
    })
    tls.on('error', (error) => this.#note(error))
    tls.on('data', (bytes: Buffer) => {
      if (!this.#isReset) handlers.onData(bytes)
    })
    tls.once('end', () => {
      if (this.#isOpen && !this.#isReset) handlers.onEnd()
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
    const syscall = this.#isOpen
      ? syscallOf(error, 'read')
      : this.#isConnected
        ? 'tls'
        : syscallOf(error, 'connect')
    this.#failure ??= { code: errnoOf(error), syscall }
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
