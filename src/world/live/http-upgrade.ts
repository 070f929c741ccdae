import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type {
  BodyHandlers,
  BodyStream,
  ByteStream,
  ByteStreamHandlers,
  ResponseHeaders,
  UpgradeRequest,
  WebSocketConnection,
  WebSocketHandlers,
} from '../http-server.ts'
import { LiveServerRequest, type Guard } from './http-exchange.ts'
import { http } from './http-modules.ts'

/** The longest message that Kubernetes' own server takes. */
const MESSAGE_BYTES_MAX = 32 * 1024 * 1024

/** The handshake and frames of WebSockets (RFC 6455), for connections that Node's server hands over. */
export class WebSocketUpgrades {
  readonly #protocols = new WeakMap<IncomingMessage, string>()
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
  })

  constructor() {
    this.#server.on('headers', (headers, incoming) => {
      const protocol = this.#protocols.get(incoming)
      if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`)
    })
  }

  /** Undefined when the handshake is not a valid one, which the client has then been told. */
  accept(incoming: IncomingMessage, socket: Duplex, head: Buffer, protocol: string) {
    // RFC 6455 wants tokens, and Kubernetes' names have a `/`: what was offered is not for `ws` to judge.
    delete incoming.headers['sec-websocket-protocol']
    if (protocol !== '') this.#protocols.set(incoming, protocol)
    let accepted: WebSocket | undefined
    this.#server.handleUpgrade(incoming, socket, head, (webSocket) => (accepted = webSocket))
    return accepted
  }
}

interface Upgrade {
  readonly incoming: IncomingMessage
  readonly socket: Duplex
  /** What the client sent behind its request. */
  readonly head: Buffer
  readonly guard: Guard
  readonly webSockets: WebSocketUpgrades
  /** How long a client that was refused may take to leave. */
  readonly leaveMs: number
}

/** A request with `Upgrade:`, whose socket Node's server has let go. */
export class LiveUpgradeRequest extends LiveServerRequest implements UpgradeRequest {
  readonly #upgrade: Upgrade

  constructor(upgrade: Upgrade) {
    super(upgrade.incoming, upgrade.guard)
    this.#upgrade = upgrade
    upgrade.socket.on('error', () => undefined)
    upgrade.socket.once('close', () => this.settle('aborted'))
  }

  override readBody(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(0))
  }

  override streamBody(handlers: BodyHandlers): BodyStream {
    const { guard, socket } = this.#upgrade
    setImmediate(() =>
      guard(
        () => handlers.onEnd(),
        () => socket.destroy(),
      ),
    )
    return { pause: () => undefined, resume: () => undefined }
  }

  acceptWebSocket(protocol: string, handlers: WebSocketHandlers): WebSocketConnection {
    this.settle('answered')
    const { incoming, socket, head, guard, webSockets } = this.#upgrade
    const webSocket = webSockets.accept(incoming, socket, head, protocol)
    if (webSocket !== undefined) return new LiveWebSocket(webSocket, handlers, guard)
    setImmediate(() =>
      guard(
        () => handlers.onClose(),
        () => undefined,
      ),
    )
    return CLOSED_WEB_SOCKET
  }

  acceptStream(headers: ResponseHeaders, handlers: ByteStreamHandlers): ByteStream {
    this.settle('answered')
    const { socket, head, guard } = this.#upgrade
    const own = { Connection: 'Upgrade', Upgrade: this.headers['upgrade'] ?? '' }
    socket.write(responseHead(101, { ...own, ...headers }))
    if (head.length > 0) socket.unshift(head)
    return new LiveByteStream(socket, handlers, guard)
  }

  refuse(status: number, headers: ResponseHeaders, body: string): void {
    this.settle('answered')
    const { socket, leaveMs } = this.#upgrade
    const length = String(Buffer.byteLength(body))
    const own = { 'Content-Length': length, Connection: 'close' }
    socket.end(`${responseHead(status, { ...headers, ...own })}${body}`)
    // Reading on lets the client's own end arrive.
    socket.resume()
    socket.once('end', () => socket.destroy())
    const timer = setTimeout(() => socket.destroy(), leaveMs)
    socket.once('close', () => clearTimeout(timer))
  }
}

/** Values come from handlers and from the client, so that a line break in one must not begin another header. */
function responseHead(status: number, headers: ResponseHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each.replaceAll(/[\r\n]/g, ' ')}\r\n`),
  )
  return `HTTP/1.1 ${status} ${http().STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`
}

const CLOSED_WEB_SOCKET: WebSocketConnection = {
  bufferedBytes: 0,
  send: () => undefined,
  close: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
}

class LiveWebSocket implements WebSocketConnection {
  readonly #webSocket: WebSocket
  /** Messages that the system has not taken yet. */
  #waiting = 0
  readonly #onSent: (error?: Error) => void

  constructor(webSocket: WebSocket, handlers: WebSocketHandlers, guard: Guard) {
    this.#webSocket = webSocket
    const breakOff = () => webSocket.terminate()
    const drain = () => {
      const isOpen = webSocket.readyState === WebSocket.OPEN
      if (isOpen && this.#waiting === 0) guard(() => handlers.onDrain(), breakOff)
    }
    this.#onSent = (error) => {
      this.#waiting -= 1
      // What could not be sent makes no room. And whoever always has more to send would, from within this call, be asked
      // for it again and again before any socket of the process is looked at.
      if (this.#waiting === 0 && (error ?? undefined) === undefined) setImmediate(drain)
    }
    // `nodebuffer` is the default: one Buffer for each message, also for one in fragments.
    webSocket.on('message', (bytes: Buffer) => guard(() => handlers.onMessage(bytes), breakOff))
    // What breaks the protocol's rules closes the connection, which is told.
    webSocket.on('error', () => undefined)
    webSocket.once('close', () => guard(() => handlers.onClose(), breakOff))
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount
  }

  send(bytes: Uint8Array, kind?: 'text'): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return
    this.#waiting += 1
    this.#webSocket.send(bytes, { binary: kind !== 'text' }, this.#onSent)
  }

  close(code: number, reason: string): void {
    // A client that does not answer the close is cut off by `ws` after half a minute.
    this.#webSocket.resume()
    this.#webSocket.close(code, Buffer.from(reason).subarray(0, CLOSE_REASON_BYTES_MAX))
  }

  pause(): void {
    this.#webSocket.pause()
  }

  resume(): void {
    this.#webSocket.resume()
  }
}

/** RFC 6455 section 5.5: a control frame has 125 bytes, two of them the code. */
const CLOSE_REASON_BYTES_MAX = 123

export class LiveByteStream implements ByteStream {
  readonly #socket: Duplex

  constructor(socket: Duplex, handlers: ByteStreamHandlers, guard: Guard) {
    this.#socket = socket
    const breakOff = () => socket.destroy()
    socket.on('data', (bytes: Buffer) => guard(() => handlers.onData(bytes), breakOff))
    socket.once('end', () => guard(() => handlers.onEnd(), breakOff))
    socket.on('drain', () => guard(() => handlers.onDrain(), breakOff))
    socket.once('close', () => guard(() => handlers.onClose(), breakOff))
  }

  write(bytes: Uint8Array): boolean {
    if (this.#socket.destroyed || this.#socket.writableEnded) return true
    return this.#socket.write(bytes)
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }
}
