import { InvariantError } from '../../base/invariant.ts'
import type { Clock, Timer } from '../../world/clock.ts'
import type {
  Address,
  Connection,
  ConnectionHandlers,
  Network,
  SocketError,
} from '../../world/network.ts'

interface PlayedTimer {
  readonly dueNs: number
  readonly callback: () => void
}

/** Time that passes only when a test says so; callbacks run in the order in which they are due. */
export class PlayedClock implements Clock {
  /** Not 0, which means "never" in a ledger. */
  #nowNs = 1e9
  #timers: PlayedTimer[] = []

  monotonicNs(): number {
    return this.#nowNs
  }

  wallMs(): number {
    return this.#nowNs / 1e6
  }

  after(delayMs: number, callback: () => void): Timer {
    const timer = { dueNs: this.#nowNs + delayMs * 1e6, callback }
    this.#timers.push(timer)
    return { cancel: () => (this.#timers = this.#timers.filter((other) => other !== timer)) }
  }

  advance(ms: number): void {
    const endNs = this.#nowNs + ms * 1e6
    for (;;) {
      const due = this.#timers.filter(({ dueNs }) => dueNs <= endNs)
      due.sort((a, b) => a.dueNs - b.dueNs)
      const next = due[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#nowNs = Math.max(this.#nowNs, next.dueNs)
      next.callback()
    }
    this.#nowNs = endNs
  }

  /** Time passes while the event loop stands still: what is due runs late. */
  stall(ms: number): void {
    this.#nowNs += ms * 1e6
  }
}

/** What a played server does; everything happens at once, or when the test calls the connection. */
export interface PlayedServer {
  onConnect?(connection: PlayedConnection): void
  onRequest?(connection: PlayedConnection, text: string): void
}

export class PlayedNetwork implements Network {
  readonly connections: PlayedConnection[] = []
  readonly #clock: PlayedClock
  readonly #server: PlayedServer

  constructor(clock: PlayedClock, server: PlayedServer = {}) {
    this.#clock = clock
    this.#server = server
  }

  connect(target: Address, handlers: ConnectionHandlers): Connection {
    const id = this.connections.length + 1
    const connection = new PlayedConnection(id, target, handlers, this.#server, this.#clock)
    this.connections.push(connection)
    this.#clock.after(0, () => this.#server.onConnect?.(connection))
    return connection
  }

  listen(): Promise<never> {
    return Promise.reject(new InvariantError('a played network does not listen'))
  }

  listenDatagrams(): Promise<never> {
    return this.listen()
  }

  requestHttp2(): Promise<never> {
    return this.request()
  }

  request(): Promise<never> {
    return Promise.reject(new InvariantError('a played network makes no requests'))
  }
}

/** One side for the client, and for the test the hand of the server. */
export class PlayedConnection implements Connection {
  readonly id: number
  readonly remoteAddress: string
  readonly remotePort: number
  localPort = 0
  /** What the client has sent, request by request. */
  readonly requests: string[] = []
  hasEnded = false
  wasReset = false
  isClosed = false
  readonly #handlers: ConnectionHandlers
  readonly #server: PlayedServer
  readonly #clock: PlayedClock

  constructor(
    id: number,
    target: Address,
    handlers: ConnectionHandlers,
    server: PlayedServer,
    clock: PlayedClock,
  ) {
    this.id = id
    this.remoteAddress = target.host
    this.remotePort = target.port
    this.#handlers = handlers
    this.#server = server
    this.#clock = clock
  }

  accept(): void {
    this.localPort = 40_000 + this.id
    this.#handlers.onOpen()
  }

  answer(text: string): void {
    this.send(new TextEncoder().encode(text))
  }

  send(bytes: Uint8Array): void {
    if (!this.isClosed) this.#handlers.onData(bytes)
  }

  fin(): void {
    this.#handlers.onEnd()
  }

  /** The socket is gone: by an error, or, without one, because both sides have ended. */
  disappear(error?: SocketError): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#handlers.onClose(error)
  }

  write(bytes: Uint8Array): boolean {
    const text = new TextDecoder().decode(bytes)
    this.requests.push(text)
    this.#clock.after(0, () => this.#server.onRequest?.(this, text))
    return true
  }

  end(): void {
    if (this.hasEnded) return
    this.hasEnded = true
    this.#clock.after(0, () => this.disappear())
  }

  reset(): void {
    this.wasReset = true
    this.#clock.after(0, () => this.disappear())
  }

  pause(): void {}

  resume(): void {}
}
