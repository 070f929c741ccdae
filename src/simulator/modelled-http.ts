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
  const exchanges = new Set<Exchange>()
  let isDraining = false

  const close = (exchange: Exchange) => {
    exchange.timer?.cancel()
    exchanges.delete(exchange)
    exchange.connection.end()
  }
  const idle = (exchange: Exchange) => {
    exchange.isBusy = false
    if (isDraining) return close(exchange)
    exchange.timer = clock.after(keepAliveMs, () => close(exchange))
    serveNext(exchange)
  }
  const serveNext = (exchange: Exchange) => {
    const end = exchange.received.indexOf('\r\n\r\n')
    if (exchange.isBusy || end === -1) return
    const request = parseRequest(exchange.received.slice(0, end))
    exchange.received = exchange.received.slice(end + 4)
    exchange.isBusy = true
    exchange.timer?.cancel()
    const answered = answer(request)
    if (answered.kind === 'hang') return
    exchange.timer = clock.after(answered.delayMs ?? 0, () => {
      const closes = isDraining || request.headers['connection'] === 'close'
      exchange.connection.write(encodeAnswer(answered, closes))
      if (closes) close(exchange)
      else idle(exchange)
    })
  }

  return {
    accept(connection) {
      const exchange: Exchange = { connection, received: '', isBusy: false, timer: undefined }
      exchanges.add(exchange)
      return {
        onOpen: () => idle(exchange),
        onData(bytes) {
          exchange.received += new TextDecoder('latin1').decode(bytes)
          serveNext(exchange)
        },
        onEnd() {
          if (!exchange.isBusy) close(exchange)
        },
        onClose() {
          exchange.timer?.cancel()
          exchanges.delete(exchange)
        },
      }
    },
    drain() {
      isDraining = true
      for (const exchange of exchanges) if (!exchange.isBusy) close(exchange)
    },
    abandon() {
      for (const { connection, timer } of exchanges) {
        timer?.cancel()
        if (connection.abandon === undefined) connection.reset()
        else connection.abandon()
      }
      exchanges.clear()
    },
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
