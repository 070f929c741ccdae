import type {
  IncomingMessage,
  RequestListener,
  Server,
  ServerOptions,
  ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { HttpServerOptions, HttpServers } from '../http-server.ts'
import { LiveServerRequest, LiveServerResponse, answerFault, type Guard } from './http-exchange.ts'
import { http, https } from './http-modules.ts'
import { LiveUpgradeRequest, WebSocketUpgrades } from './http-upgrade.ts'

/** How long a client may take. None of them runs while an answer is being sent, so a watch lasts. */
export interface HttpServerTimeouts {
  /** From the first byte of a request to the end of its headers; Kubernetes' API server has 32 s. */
  readonly headersMs: number
  /** From the first byte of a request to the end of its body. */
  readonly requestMs: number
  /** Between two requests of one connection; Kubernetes' API server has 90 s. */
  readonly idleMs: number
  /** How often the first two are looked at. */
  readonly checkMs: number
  /** From the refusal of an upgrade to the client's own end of the connection. */
  readonly leaveMs: number
}

const TIMEOUTS: HttpServerTimeouts = {
  headersMs: 32_000,
  requestMs: 300_000,
  idleMs: 90_000,
  checkMs: 5_000,
  leaveMs: 5_000,
}

/** As Go's server has it, and so Kubernetes': the command of an exec is in the request line. */
const HEADER_BYTES_MAX = 1024 * 1024
const CONNECTIONS_MAX = 10_000
const BACKLOG = 1024
/** A client that has vanished without a word is found out by TCP's keep-alive. */
const KEEP_ALIVE_DELAY_MS = 30_000

/** Serves HTTP over the operating system's sockets. */
export function liveHttpServers(timeouts: Partial<HttpServerTimeouts> = {}): HttpServers {
  return {
    listen: (options) => new LiveHttpServer(options, { ...TIMEOUTS, ...timeouts }).listen(),
  }
}

class LiveHttpServer {
  readonly #options: HttpServerOptions
  readonly #server: Server
  readonly #leaveMs: number
  readonly #webSockets = new WebSocketUpgrades()
  readonly #sockets = new Set<Socket>()
  /** The requests of a socket that have not been answered, and what tells each that it is given up. */
  readonly #waiting = new WeakMap<Socket, Map<ServerResponse, () => void>>()
  #isClosing = false
  readonly #guard: Guard = (call, breakOff) => {
    try {
      call()
    } catch (error) {
      this.#options.onError?.(error)
      breakOff()
    }
  }

  constructor(options: HttpServerOptions, timeouts: HttpServerTimeouts) {
    this.#options = options
    this.#leaveMs = timeouts.leaveMs
    this.#server = newServer(options, timeouts, (incoming, outgoing) => {
      const request = new LiveServerRequest(incoming, this.#guard)
      const response = new LiveServerResponse(outgoing, this.#guard)
      outgoing.once('close', () => {
        request.settle(outgoing.writableFinished ? 'answered' : 'aborted')
        if (this.#isClosing) setImmediate(() => this.#server.closeIdleConnections())
      })
      this.#whenEnded(incoming.socket, outgoing, () => request.settle('aborted'))
      this.#guard(
        () => options.handlers.onRequest(request, response),
        () => answerFault(outgoing),
      )
    })
    this.#server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head))
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  listen() {
    const server = this.#server
    const { listen } = this.#options
    const where = 'descriptor' in listen ? { fd: listen.descriptor } : listen
    return new Promise<Awaited<ReturnType<HttpServers['listen']>>>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ ...where, backlog: BACKLOG }, () => {
        server.off('error', reject)
        // A failed accept (no descriptors left) concerns one connection, whose client sees it.
        server.on('error', (error) => this.#options.onError?.(error))
        const bound = server.address()
        const port = typeof bound === 'object' && bound !== null ? bound.port : 0
        resolve({ port, close: (graceMs: number = 0) => this.#close(graceMs) })
      })
    })
  }

  /** A client that has sent FIN gets what is answered at once, but waits for nothing more. */
  #whenEnded(socket: Socket, outgoing: ServerResponse, settle: () => void): void {
    // One listener for a socket: a client may send many requests before it reads an answer.
    const waiting = this.#waiting.get(socket) ?? new Map<ServerResponse, () => void>()
    if (!this.#waiting.has(socket)) {
      this.#waiting.set(socket, waiting)
      socket.once('end', () => {
        for (const [unanswered, settleIt] of waiting) if (!unanswered.writableEnded) settleIt()
      })
    }
    waiting.set(outgoing, settle)
    outgoing.once('close', () => waiting.delete(outgoing))
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { handlers } = this.#options
    const request = new LiveUpgradeRequest({
      incoming,
      socket,
      head,
      guard: this.#guard,
      webSockets: this.#webSockets,
      leaveMs: this.#leaveMs,
    })
    this.#guard(
      () => handlers.onUpgrade(request),
      () => (request.isAnswered ? socket.destroy() : request.refuse(500, {}, '')),
    )
  }

  async #close(graceMs: number): Promise<void> {
    this.#isClosing = true
    const breakOff = () => {
      for (const socket of this.#sockets) socket.destroy()
    }
    const closed = new Promise<void>((resolve) => {
      // It may have been closed before; then there is nothing to wait for.
      this.#server.close(() => resolve())
    })
    if (graceMs <= 0) breakOff()
    const timer = setTimeout(breakOff, Math.max(0, graceMs))
    await closed
    clearTimeout(timer)
  }
}

function newServer(
  { tls, headerBytesMax, connectionsMax }: HttpServerOptions,
  timeouts: HttpServerTimeouts,
  onRequest: RequestListener,
): Server {
  const options: ServerOptions = {
    maxHeaderSize: headerBytesMax ?? HEADER_BYTES_MAX,
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.idleMs,
    connectionsCheckingInterval: timeouts.checkMs,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
    noDelay: true,
    // The answer to `curl --http2` over plain HTTP is HTTP/1.1.
    shouldUpgradeCallback: ({ headers }) => !/\bh2c\b/i.test(headers.upgrade ?? ''),
  }
  const server =
    tls === undefined
      ? http().createServer(options, onRequest)
      : https().createServer(
          { ...options, key: tls.key, cert: tls.certificate, minVersion: 'TLSv1.2' },
          onRequest,
        )
  server.maxConnections = connectionsMax ?? CONNECTIONS_MAX
  // A client may close its side and go on reading (RFC 9112 section 9.6). Node knows of it by this name.
  Object.assign(server, { httpAllowHalfOpen: true })
  return server
}
