import type { Clock } from '../world/clock.ts'
import type { Connection, ConnectionHandlers, SocketError } from '../world/network.ts'

type Delivery =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'close'; readonly error?: SocketError }

/** One end of a simulated TCP connection. What it sends reaches the other end `latencyMs` later, in order. */
export class SimulatedSocket implements Connection {
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly #clock: Clock
  readonly #latencyMs: number
  #handlers: ConnectionHandlers | undefined
  #peer: SimulatedSocket | undefined
  #waiting: Delivery[] = []
  #isPaused = false
  #hasSentEnd = false
  #hasReceivedEnd = false
  #isClosed = false
  readonly #onClosed: (() => void) | undefined

  constructor(
    world: {
      readonly clock: Clock
      readonly latencyMs: number
      readonly onClosed?: () => void
    },
    ports: {
      readonly localPort: number
      readonly remoteAddress: string
      readonly remotePort: number
    },
  ) {
    this.#clock = world.clock
    this.#latencyMs = world.latencyMs
    this.#onClosed = world.onClosed
    this.localPort = ports.localPort
    this.remoteAddress = ports.remoteAddress
    this.remotePort = ports.remotePort
  }

  /** Joins the two ends; nothing is delivered before. */
  attach(peer: SimulatedSocket | undefined, handlers: ConnectionHandlers): void {
    this.#peer = peer
    this.#handlers = handlers
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** By its program: ESTABLISHED or CLOSE_WAIT. */
  get isHeld(): boolean {
    return !this.#isClosed && !this.#hasSentEnd
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isClosed || this.#hasSentEnd) return true
    this.#send({ kind: 'data', bytes: bytes.slice() })
    return true
  }

  end(): void {
    if (this.#isClosed || this.#hasSentEnd) return
    this.#hasSentEnd = true
    this.#send({ kind: 'end' })
    if (this.#hasReceivedEnd) this.#close()
  }

  reset(): void {
    if (this.#isClosed) return
    this.#send({ kind: 'close', error: { code: 'ECONNRESET', syscall: 'read' } })
    this.#close()
  }

  /** What the kernel does for a process that has ended: FIN, and RST to whatever still arrives. */
  abandon(): void {
    if (this.#isClosed) return
    if (!this.#hasSentEnd) this.#send({ kind: 'end' })
    this.#hasSentEnd = true
    this.#close()
  }

  /** The connection could not be made. */
  fail(error: SocketError): void {
    this.#close(error)
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    while (!this.#isPaused) {
      const delivery = this.#waiting.shift()
      if (delivery === undefined) return
      this.#take(delivery)
    }
  }

  #send(delivery: Delivery): void {
    this.#clock.after(this.#latencyMs, () => this.#peer?.deliver(delivery))
  }

  /** Called by the other end. */
  deliver(delivery: Delivery): void {
    if (this.#isClosed) {
      if (delivery.kind === 'data') {
        this.#send({ kind: 'close', error: { code: 'ECONNRESET', syscall: 'read' } })
      }
      return
    }
    if (this.#isPaused) this.#waiting.push(delivery)
    else this.#take(delivery)
  }

  #take(delivery: Delivery): void {
    switch (delivery.kind) {
      case 'data':
        this.#handlers?.onData(delivery.bytes)
        return
      case 'end':
        this.#hasReceivedEnd = true
        this.#handlers?.onEnd()
        if (this.#hasSentEnd) this.#close()
        return
      case 'close':
        this.#close(delivery.error)
    }
  }

  #close(error?: SocketError): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#waiting = []
    this.#onClosed?.()
    // After the caller: no handler is told inside its own call.
    this.#clock.after(0, () => this.#handlers?.onClose(error))
  }
}
