import type { Address, Connection, ConnectionHandlers } from '../../world/network.ts'
import { type PlayedClock, PlayedNetwork } from './played-world.ts'

const encoder = new TextEncoder()
const body = 'Content-Type: text/plain\r\nContent-Length: 15\r\n'
const KEEPING = encoder.encode(`HTTP/1.1 200 OK\r\n${body}\r\nhello, hitless!`)
const CLOSING = encoder.encode(`HTTP/1.1 200 OK\r\n${body}Connection: close\r\n\r\nhello, hitless!`)

/**
 * A network in memory that answers every request, and itself allocates next to nothing: what is allocated over it is
 * the engine's. Nothing happens but in `turn`.
 */
export class MemoryNetwork extends PlayedNetwork {
  readonly #answer: Uint8Array
  readonly #closes: boolean
  #due: MemoryConnection[] = []
  #next: MemoryConnection[] = []

  /** `closes`: after each answer. */
  constructor(clock: PlayedClock, closes: boolean) {
    super(clock)
    this.#closes = closes
    this.#answer = closes ? CLOSING : KEEPING
  }

  override connect({ host, port }: Address, handlers: ConnectionHandlers): Connection {
    return new MemoryConnection(host, port, handlers, (connection) => this.#next.push(connection))
  }

  /** Each connection takes one step: it opens, is answered, or closes. */
  turn(): void {
    const due = this.#next
    this.#next = this.#due
    for (const connection of due) connection.step(this.#answer, this.#closes)
    due.length = 0
    this.#due = due
  }
}

class MemoryConnection implements Connection {
  readonly localPort = 40_000
  readonly remoteAddress: string
  readonly remotePort: number
  readonly #handlers: ConnectionHandlers
  readonly #isDue: (connection: MemoryConnection) => void
  #state: 'opening' | 'open' | 'asked' | 'ended' | 'closed' = 'opening'

  constructor(
    host: string,
    port: number,
    handlers: ConnectionHandlers,
    isDue: (connection: MemoryConnection) => void,
  ) {
    this.remoteAddress = host
    this.remotePort = port
    this.#handlers = handlers
    this.#isDue = isDue
    isDue(this)
  }

  step(answer: Uint8Array, closes: boolean): void {
    switch (this.#state) {
      case 'opening':
        this.#state = 'open'
        return this.#handlers.onOpen()
      case 'asked':
        this.#state = 'open'
        this.#handlers.onData(answer)
        if (closes) this.#handlers.onEnd()
        return
      case 'ended':
        this.#state = 'closed'
        return this.#handlers.onClose()
      case 'open':
      case 'closed':
        return
    }
  }

  write(): boolean {
    this.#state = 'asked'
    this.#isDue(this)
    return true
  }

  end(): void {
    if (this.#state === 'ended' || this.#state === 'closed') return
    this.#state = 'ended'
    this.#isDue(this)
  }

  reset(): void {
    this.end()
  }

  pause(): void {}

  resume(): void {}
}
