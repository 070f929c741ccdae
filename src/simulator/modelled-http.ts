import type { Clock, Timer } from '../world/clock.ts'
import type { Connection, ConnectionHandlers } from '../world/network.ts'
import type { ModelledAnswer, ModelledRequest } from './modelled-exchange.ts'

export interface ModelledServer {
  readonly accept: (connection: Connection) => ConnectionHandlers
  /** Answers what is in flight with `Connection: close` and closes idle connections. */
  drain(): void
  /** The process has ended: the kernel closes every connection. */
  abandon(): void
}

/** What the simulated network gives beyond the contract: a close as the kernel does it. */
type ServerConnection = Connection & { abandon?(): void }

interface Exchange {
  readonly connection: ServerConnection
  received: string
  isBusy: boolean
  timer: Timer | undefined
}

/** A small HTTP/1.1 server: one request at a time per connection, keep-alive, no request bodies. */
export function serveModelledHttp(
  clock: Clock,
  keepAliveMs: number,
  answer: (request: ModelledRequest) => ModelledAnswer,
): ModelledServer {
  return new HttpServer(clock, keepAliveMs, answer)
}

class HttpServer implements ModelledServer {
  readonly #clock: Clock
  readonly #keepAliveMs: number
  readonly #answer: (request: ModelledRequest) => ModelledAnswer
  readonly #exchanges = new Set<Exchange>()
  #isDraining = false

  constructor(
    clock: Clock,
    keepAliveMs: number,
    answer: (request: ModelledRequest) => ModelledAnswer,
  ) {
    this.#clock = clock
    this.#keepAliveMs = keepAliveMs
    this.#answer = answer
  }

  readonly accept = (connection: Connection): ConnectionHandlers => {
    const exchange: Exchange = { connection, received: '', isBusy: false, timer: undefined }
    this.#exchanges.add(exchange)
    return {
      onOpen: () => this.#idle(exchange),
      onData: (bytes) => {
        exchange.received += new TextDecoder('latin1').decode(bytes)
        this.#serveNext(exchange)
      },
      onEnd: () => {
        if (!exchange.isBusy) this.#close(exchange)
      },
      onClose: () => {
        exchange.timer?.cancel()
        this.#exchanges.delete(exchange)
      },
    }
  }

  drain(): void {
    this.#isDraining = true
    for (const exchange of this.#exchanges) if (!exchange.isBusy) this.#close(exchange)
  }

  abandon(): void {
    for (const { connection, timer } of this.#exchanges) {
      timer?.cancel()
      if (connection.abandon === undefined) connection.reset()
      else connection.abandon()
    }
    this.#exchanges.clear()
  }

  #serveNext(exchange: Exchange): void {
    const end = exchange.received.indexOf('\r\n\r\n')
    if (exchange.isBusy || end === -1) return
    const request = parseRequest(exchange.received.slice(0, end))
    exchange.received = exchange.received.slice(end + 4)
    exchange.isBusy = true
    exchange.timer?.cancel()
    const answered = this.#answer(request)
    if (answered.kind === 'hang') return
    exchange.timer = this.#clock.after(answered.delayMs ?? 0, () => {
      const closes = this.#isDraining || request.headers['connection'] === 'close'
      exchange.connection.write(encodeAnswer(answered, closes))
      if (closes) this.#close(exchange)
      else this.#idle(exchange)
    })
  }

  #idle(exchange: Exchange): void {
    exchange.isBusy = false
    if (this.#isDraining) return this.#close(exchange)
    exchange.timer = this.#clock.after(this.#keepAliveMs, () => this.#close(exchange))
    this.#serveNext(exchange)
  }

  #close(exchange: Exchange): void {
    exchange.timer?.cancel()
    this.#exchanges.delete(exchange)
    exchange.connection.end()
  }
}

function parseRequest(head: string): ModelledRequest {
  const [requestLine = '', ...lines] = head.split('\r\n')
  const [method = '', path = ''] = requestLine.split(' ')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  return { method, path, headers }
}

function encodeAnswer(
  { status, body = '', headers = {} }: ModelledAnswer & { readonly kind: 'answer' },
  closes: boolean,
): Uint8Array {
  const bytes = new TextEncoder().encode(body)
  const lines = Object.entries({
    'Content-Length': String(bytes.length),
    ...(closes ? { Connection: 'close' } : {}),
    ...headers,
  })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return new TextEncoder().encode(`HTTP/1.1 ${status} Modelled\r\n${head}\r\n${body}`)
}
