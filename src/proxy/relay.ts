import { assertNever } from '../base/invariant.ts'
import type { ConnectResult } from '../timeline/fact.ts'
import type { Clock, Timer } from '../world/clock.ts'
import type {
  Address,
  Connection,
  ConnectionHandlers,
  Network,
  SocketError,
} from '../world/network.ts'

/** The kernel tells sooner when there is nobody; a host that swallows packets must not hold us for minutes. */
const CONNECT_TIMEOUT_MS = 10_000

/**
 * An endpoint that lives answers well within this, so once the client has gone there is nothing more
 * to learn by waiting longer, and the result is reported while its request is fresh.
 */
const ABANDONED_TIMEOUT_MS = 1_000

/**
 * How long a client may take for its first byte before it is reset, where its endpoint was not reached.
 * A RST that overtakes the client's own connect would leave it without a connection to name: who
 * speaks first, as HTTP clients do, has connected.
 */
const FIRST_BYTE_MS = 10

/** Kept of what a client sends before its endpoint is reached; then it is paused. */
const KEPT_BYTES_MAX = 64 * 1024

export interface RelayOptions {
  readonly network: Pick<Network, 'connect'>
  readonly clock: Clock
  /** Just accepted. */
  readonly client: Connection
  readonly endpoint: Address
  /** Called once, when it is known what became of the connection to the endpoint. */
  readonly onConnected: (result: ConnectResult, errno?: string) => void
  /** Called once, when both connections are closed. */
  readonly onClosed: () => void
}

/**
 * Where the connection to the endpoint stands. While connecting, what the client does is kept and
 * done to the endpoint afterwards, so that the endpoint sees what it would have seen without us.
 */
type Upstream =
  | {
      readonly kind: 'connecting'
      readonly sinceNs: number
      readonly timeout: Timer
      readonly received: readonly Uint8Array[]
      readonly next: 'go on' | 'end' | 'reset'
    }
  /** Not reached, and reported; the client is about to be reset. */
  | { readonly kind: 'failed'; readonly timer: Timer }
  /** Reached or given up, and reported. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'closed' }

/**
 * One client connection, carried to one endpoint: bytes in both directions at the pace of the slower
 * side, FIN as FIN, RST as RST. An endpoint that cannot be reached is a RST to the client.
 */
export class Relay {
  readonly clientHandlers: ConnectionHandlers
  readonly #options: RelayOptions
  readonly #client: Connection
  readonly #endpoint: Connection
  #upstream: Upstream
  #clientClosed = false

  constructor(options: RelayOptions) {
    this.#options = options
    const { clock, network, endpoint } = options
    this.#client = options.client
    const timeout = clock.after(CONNECT_TIMEOUT_MS, () => this.#giveUp())
    const sinceNs = clock.monotonicNs()
    this.#upstream = { kind: 'connecting', sinceNs, timeout, received: [], next: 'go on' }
    this.#endpoint = network.connect(endpoint, this.#endpointHandlers())
    this.clientHandlers = this.#newClientHandlers()
  }

  /** Ends both connections at once. */
  reset(): void {
    this.#client.reset()
    this.#endpoint.reset()
  }

  #newClientHandlers(): ConnectionHandlers {
    return {
      onOpen: () => undefined,
      onData: (bytes) => this.#onClientData(bytes),
      onEnd: () => this.#onClientEnd(),
      onDrain: () => this.#endpoint.resume(),
      onClose: (error) => this.#onClientClose(error),
    }
  }

  #onClientData(bytes: Uint8Array): void {
    switch (this.#upstream.kind) {
      case 'connecting':
        return this.#keep(bytes)
      case 'failed':
        return this.#refuse()
      case 'settled':
        if (!this.#endpoint.write(copyOf(bytes))) this.#client.pause()
        return
      case 'closed':
        return
      default:
        return assertNever(this.#upstream)
    }
  }

  #onClientEnd(): void {
    if (this.#upstream.kind === 'connecting') this.#upstream = { ...this.#upstream, next: 'end' }
    else if (this.#upstream.kind === 'failed') this.#refuse()
    else this.#endpoint.end()
  }

  #endpointHandlers(): ConnectionHandlers {
    return {
      onOpen: () => this.#onEndpointOpen(),
      onData: (bytes) => {
        if (!this.#client.write(copyOf(bytes))) this.#endpoint.pause()
      },
      onEnd: () => this.#client.end(),
      onDrain: () => this.#client.resume(),
      onClose: (error) => this.#onEndpointClose(error),
    }
  }

  /**
   * The client is paused as late as possible: of a paused connection neither FIN nor RST is seen, and
   * a client that gives up must be.
   */
  #keep(bytes: Uint8Array): void {
    if (this.#upstream.kind !== 'connecting') return
    const received = [...this.#upstream.received, copyOf(bytes)]
    this.#upstream = { ...this.#upstream, received }
    if (byteCount(received) >= KEPT_BYTES_MAX) this.#client.pause()
  }

  #onEndpointOpen(): void {
    if (this.#upstream.kind !== 'connecting') return
    const { timeout, received, next } = this.#upstream
    timeout.cancel()
    this.#upstream = { kind: 'settled' }
    this.#options.onConnected('connected')
    let writable = true
    for (const bytes of received) writable = this.#endpoint.write(bytes)
    if (next === 'end') this.#endpoint.end()
    if (next === 'reset') this.#endpoint.reset()
    if (!writable) this.#client.pause()
    else if (byteCount(received) >= KEPT_BYTES_MAX) this.#client.resume()
  }

  #onClientClose(error: SocketError | undefined): void {
    this.#clientClosed = true
    if (this.#upstream.kind === 'connecting') this.#abandon()
    else if (this.#upstream.kind === 'failed') this.#refuse()
    else if (error !== undefined) this.#endpoint.reset()
    this.#closedWhenBothAre()
  }

  /**
   * A client that goes away while we connect does not end the attempt at once: a RST of its own would
   * reach the endpoint after the handshake, too, and what became of the attempt is to be recorded.
   */
  #abandon(): void {
    if (this.#upstream.kind !== 'connecting') return
    const { clock } = this.#options
    const { sinceNs, timeout: before } = this.#upstream
    before.cancel()
    const remainingMs = ABANDONED_TIMEOUT_MS - (clock.monotonicNs() - sinceNs) / 1e6
    const timeout = clock.after(Math.max(0, remainingMs), () => this.#giveUp())
    this.#upstream = { ...this.#upstream, timeout, next: 'reset' }
  }

  #onEndpointClose(error: SocketError | undefined): void {
    const before = this.#upstream
    if (before.kind === 'connecting') {
      before.timeout.cancel()
      this.#options.onConnected(resultOf(error), error?.code)
      const timer = this.#options.clock.after(FIRST_BYTE_MS, () => this.#refuse())
      this.#upstream = { kind: 'failed', timer }
      const hasSpoken = before.received.length > 0 || before.next !== 'go on'
      if (hasSpoken) this.#refuse()
      return
    }
    this.#upstream = { kind: 'closed' }
    if (error !== undefined) this.#client.reset()
    this.#closedWhenBothAre()
  }

  #refuse(): void {
    if (this.#upstream.kind !== 'failed') return
    this.#upstream.timer.cancel()
    this.#upstream = { kind: 'closed' }
    if (!this.#clientClosed) this.#client.reset()
    this.#closedWhenBothAre()
  }

  #giveUp(): void {
    if (this.#upstream.kind !== 'connecting') return
    this.#upstream = { kind: 'settled' }
    this.#options.onConnected('timed-out', 'ETIMEDOUT')
    this.reset()
  }

  #closedWhenBothAre(): void {
    if (this.#clientClosed && this.#upstream.kind === 'closed') this.#options.onClosed()
  }
}

/** What is read is only valid during the call, and the kernel may take what is written later. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

function byteCount(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0)
}

function resultOf(error: SocketError | undefined): ConnectResult {
  switch (error?.code) {
    case 'ECONNREFUSED':
      return 'refused'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'unreachable'
    case 'ETIMEDOUT':
      return 'timed-out'
    default:
      return 'failed'
  }
}
