import type { ExecOptions } from '../../api/pod-access.ts'
import { decodeBase64, encodeBase64 } from '../../base/base64.ts'
import type { UpgradeRequest, WebSocketConnection } from '../../world/http-server.ts'
import type { ExecEnd, ExecPeer, ExecPeerHandlers } from './exec-peer.ts'
import { TerminalSizes } from './terminal-sizes.ts'

/** How the channels of an exec are told apart: the first byte of each message says which it is. */
export interface ChannelProtocol {
  /** Messages are text: the channel as a digit, and the rest in base64. */
  readonly isBase64: boolean
  /** The end is told as a Status object, not as text. */
  readonly hasStatus: boolean
  /** A channel can be closed by a message on channel 255. */
  readonly canClose: boolean
}

/** https://kubernetes.io/docs/reference/using-api/ and KEP-4006; what a client offers first is taken. */
export const CHANNEL_PROTOCOLS: ReadonlyMap<string, ChannelProtocol> = new Map([
  ['v5.channel.k8s.io', { isBase64: false, hasStatus: true, canClose: true }],
  ['v4.channel.k8s.io', { isBase64: false, hasStatus: true, canClose: false }],
  ['v4.base64.channel.k8s.io', { isBase64: true, hasStatus: true, canClose: false }],
  ['channel.k8s.io', { isBase64: false, hasStatus: false, canClose: false }],
  ['base64.channel.k8s.io', { isBase64: true, hasStatus: false, canClose: false }],
  ['', { isBase64: false, hasStatus: false, canClose: false }],
])

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

/** Output that waits for a client that does not read; then the command is not read either. */
const WAITING_BYTES_MAX = 256 * 1024

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const CLOSE_NORMAL = 1000

/** Speaks with the client of an exec in messages of a WebSocket. */
export class WebSocketExecPeer implements ExecPeer {
  readonly #protocol: ChannelProtocol
  readonly #handlers: ExecPeerHandlers
  readonly #connection: WebSocketConnection
  readonly #sizes: TerminalSizes

  constructor(
    request: UpgradeRequest,
    name: string,
    protocol: ChannelProtocol,
    handlers: ExecPeerHandlers,
  ) {
    this.#protocol = protocol
    this.#handlers = handlers
    this.#sizes = new TerminalSizes((size) => handlers.onResize(size))
    this.#connection = request.acceptWebSocket(name, {
      onMessage: (bytes) => this.#take(bytes),
      onDrain: () => handlers.onDrain(),
      onClose: () => handlers.onClose(),
    })
  }

  /** Some clients wait for a first, empty message before they send anything. */
  begin({ stdout, stderr }: ExecOptions): void {
    const first = stdout ? CHANNEL.stdout : stderr ? CHANNEL.stderr : CHANNEL.error
    this.#send(first, new Uint8Array(0))
    this.#handlers.onReady(this)
  }

  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): boolean {
    this.#send(CHANNEL[stream], bytes)
    return this.#connection.bufferedBytes < WAITING_BYTES_MAX
  }

  finish({ status, message }: ExecEnd): void {
    const text = this.#protocol.hasStatus ? status : message
    if (text !== '') this.#send(CHANNEL.error, new TextEncoder().encode(text))
    this.#connection.close(CLOSE_NORMAL, '')
  }

  pauseInput(): void {
    this.#connection.pause()
  }

  resumeInput(): void {
    this.#connection.resume()
  }

  #take(message: Uint8Array): void {
    const { isBase64, canClose } = this.#protocol
    const [first] = message
    if (first === undefined) return
    const channel = isBase64 ? first - DIGIT_ZERO : first
    const rest = message.subarray(1)
    if (canClose && channel === CHANNEL.close) {
      if (rest[0] === CHANNEL.stdin) this.#handlers.onInputEnd()
      return
    }
    const bytes = isBase64 ? decodeSent(rest) : rest
    if (bytes.length === 0) return
    if (channel === CHANNEL.stdin) this.#handlers.onInput(bytes)
    if (channel === CHANNEL.resize) this.#sizes.add(bytes)
  }

  #send(channel: number, bytes: Uint8Array): void {
    if (this.#protocol.isBase64) {
      const text = `${channel}${encodeBase64(bytes)}`
      this.#connection.send(new TextEncoder().encode(text), 'text')
      return
    }
    const message = new Uint8Array(bytes.length + 1)
    message[0] = channel
    message.set(bytes, 1)
    this.#connection.send(message)
  }
}

const DIGIT_ZERO = 0x30

/** Nothing where it is no base64: the client's fault, which has no way of being told. */
function decodeSent(text: Uint8Array): Uint8Array {
  try {
    return decodeBase64(new TextDecoder().decode(text))
  } catch {
    return new Uint8Array(0)
  }
}
