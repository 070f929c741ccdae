import { invariant } from '../../../base/invariant.ts'
import { isAnswered, type Outcome } from '../../../timeline/outcome.ts'
import type { Clock } from '../../../world/clock.ts'
import type {
  Connection,
  ConnectionHandlers,
  Network,
  SocketError,
} from '../../../world/network.ts'
import type { LoadTarget } from '../../plan.ts'
import type { PlannedRequest } from '../../planned-request.ts'
import type { DeadlineList, Timed } from '../../timeouts.ts'
import type {
  ConnectionOwner,
  LoadConnection,
  LoadEvents,
  OpenOptions,
  Protocol,
} from '../protocol.ts'
import { brokenOutcome, connectOutcome, eofOutcome } from '../socket-outcome.ts'
import type { AnswerReader } from './answer-reader.ts'
import { Exchange, type ExchangeOwner } from './exchange.ts'
import { Http2Session, type SessionOwner } from './session.ts'
import type { StreamRequest } from './stream.ts'

/** What all connections of one generator share. */
export interface Http2World {
  readonly clock: Clock
  readonly network: Pick<Network, 'connect'>
  readonly target: LoadTarget
  readonly events: LoadEvents
  /** What is sent for it: made once for each template, with what each request has of its own. */
  readonly requestOf: (request: PlannedRequest) => StreamRequest
  /** Reads the answer to a request of this template. */
  readonly readAnswer: (template: number) => AnswerReader
  /** Streams of one connection that may be open at once; the server may allow fewer. */
  readonly streamsMax: number
  readonly connectTimeoutMs: number
  /** Connections that are being opened, or that are closing and have to be hurried along. */
  readonly deadlines: DeadlineList<Http2Connection>
}

/** HTTP/2 as a protocol of the generator: over TLS by ALPN, and without it with prior knowledge. */
export function http2(world: Http2World): Protocol {
  const { target } = world
  const tls = target.tls === undefined ? {} : { tls: { ...target.tls, protocols: ['h2'] } }
  const own = { ...world, target: { ...target, ...tls } }
  return { open: (request, options) => new Http2Connection(own, request, options) }
}

/**
 * - `connecting`: carries one request that is not sent yet.
 * - `open`: requests come and go; when `#isRetired`, they only go.
 * - `closing`: carries nothing and takes nothing; its socket is still there.
 * - `closed`: the socket is gone.
 */
type Phase = 'connecting' | 'open' | 'closing' | 'closed'

/** How long a peer may take to answer our FIN. */
const LINGER_MS = 1_000

/**
 * One HTTP/2 connection, with up to `streamsMax` requests at once. It sends each once. A GOAWAY takes it out
 * of use and leaves the streams that it named to their end; so does a request that was not answered in time
 * while the peer said nothing at all.
 */
export class Http2Connection
  implements LoadConnection, ConnectionHandlers, SessionOwner, ExchangeOwner, Timed<Http2Connection>
{
  readonly openedAtNs: number
  readonly #world: Http2World
  readonly #id: number
  readonly #owner: ConnectionOwner
  readonly #socket: Connection
  readonly #session: Http2Session
  readonly #exchanges = new Set<Exchange>()
  #phase: Phase = 'connecting'
  /** It takes no more requests. */
  #isRetired: boolean
  /** The owner knows that it takes no more, or thinks that it has room. */
  #told: 'nothing' | 'free' | 'unusable' = 'nothing'
  #error: SocketError | undefined
  #idleSinceNs = 0
  #isToFlush = false
  /** At the end of the turn, as all requests that were sent in it are one write: a system call costs more than a request. */
  readonly #flush = () => {
    this.#isToFlush = false
    this.#session.flush()
  }
  carried = 0
  hasAnswered = false
  receivedAtNs = 0

  deadlineNs = 0
  earlier: Http2Connection | undefined = undefined
  later: Http2Connection | undefined = undefined
  deadlines: object | undefined = undefined

  constructor(world: Http2World, request: PlannedRequest, options: OpenOptions) {
    this.#world = world
    this.#id = options.id
    this.#owner = options.owner
    this.#isRetired = !options.keepsAlive
    this.#session = new Http2Session(this)
    this.#take(request)
    this.openedAtNs = world.clock.monotonicNs()
    world.deadlines.add(this, this.openedAtNs + world.connectTimeoutMs * 1e6)
    this.#socket = world.network.connect(world.target, this)
  }

  get hasRoom(): boolean {
    return (
      this.#phase === 'open' &&
      !this.#isRetired &&
      this.#exchanges.size < this.#world.streamsMax &&
      this.#session.capacity > 0
    )
  }

  carry(request: PlannedRequest): void {
    invariant(this.hasRoom, 'a connection carries a request while it has room')
    const isIdle = this.#exchanges.size === 0
    const exchange = this.#take(request)
    const idleNs = isIdle ? this.#world.clock.monotonicNs() - this.#idleSinceNs : 0
    request.idleMs = Math.round(idleNs / 1e6)
    this.#send(exchange)
    this.#noteRoom()
  }

  close(): void {
    this.#isRetired = true
    if (this.#phase === 'open') this.#settle()
  }

  expire(request: PlannedRequest): void {
    request.carrier?.expire(request)
  }

  /** The connect timeout has passed, or a closing socket has lingered long enough. */
  expireDeadline(): void {
    if (this.#phase === 'connecting') this.#giveUp('connect-timeout')
    else this.#socket.reset()
  }

  onOpen(): void {
    if (this.#phase !== 'connecting') return
    this.#world.deadlines.remove(this)
    // What was not agreed on is not spoken: a server without ALPN expects something else.
    if (this.#world.target.tls !== undefined && this.#socket.protocol !== 'h2') {
      this.#error = { code: 'H2_NOT_OFFERED', syscall: 'tls' }
      this.#linger()
      this.#socket.end()
      this.#endAll('tls')
      return this.#settle()
    }
    this.#phase = 'open'
    this.#world.events.onConnected(this.#socket.remoteAddress)
    this.#session.start()
    for (const exchange of this.#exchanges) this.#send(exchange)
    this.#settle()
  }

  onData(bytes: Uint8Array): void {
    if (this.#phase !== 'open') return
    this.receivedAtNs = this.#world.clock.monotonicNs()
    this.#session.receive(bytes)
    this.#settle()
  }

  onDrain(): void {
    if (this.#phase === 'open') this.#session.onDrain()
  }

  onEnd(): void {
    const wasOpen = this.#phase === 'open'
    if (wasOpen) {
      this.#noteIdleEnd()
      this.#linger()
    }
    this.#socket.end()
    if (wasOpen) this.#session.lose()
    this.#settle()
  }

  onClose(error?: SocketError): void {
    this.#error = error
    this.#world.deadlines.remove(this)
    this.#world.events.onConnectionClosed()
    if (this.#phase === 'connecting') {
      this.#endAll(connectOutcome(error))
    } else if (this.#phase === 'open') {
      this.#noteIdleEnd()
      this.#session.lose()
    }
    this.#phase = 'closed'
    this.#settle()
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes)
  }

  onGoAway(): void {
    this.#noteIdleEnd()
    this.#isRetired = true
  }

  onBroken(): void {
    if (this.#exchanges.size === 0) this.#world.events.onFaulted()
    this.#linger()
    this.#socket.end()
  }

  lostOutcome(hasFirstByte: boolean): Outcome {
    const progress = { isReused: this.hasAnswered, hasFirstByte }
    return this.#error === undefined ? eofOutcome(progress) : brokenOutcome(this.#error, progress)
  }

  onExchangeEnded(exchange: Exchange, outcome: Outcome): void {
    const { request } = exchange
    this.#exchanges.delete(exchange)
    if (this.#exchanges.size === 0) this.#idleSinceNs = this.#world.clock.monotonicNs()
    if (isAnswered(outcome)) this.hasAnswered = true
    request.carrier = undefined
    // A connection that never opened has a port too, where the network can tell.
    if (request.localPort === 0) request.localPort = this.#socket.localPort
    if (this.#error !== undefined) request.errno = this.#error.code
    request.outcome = outcome
    // Whoever is told of the end may look for a connection at once, and pass over this one.
    this.#noteRoom()
    this.#world.events.onEnded(request)
  }

  onExchangeExpired(exchange: Exchange): void {
    const outcome = exchange.timeoutOutcome()
    if (this.#phase === 'connecting') {
      return this.#giveUp(outcome === 'not-sent' ? outcome : 'connect-timeout')
    }
    // A peer that has said nothing since is not asked again: others on it go on to their own time.
    if (this.receivedAtNs <= exchange.request.sentAt) this.#isRetired = true
    this.#session.cancel(exchange.stream)
    this.onExchangeEnded(exchange, outcome)
    this.#settle()
  }

  #take(request: PlannedRequest): Exchange {
    const reader = this.#world.readAnswer(request.template)
    const exchange = new Exchange(request, this, reader)
    this.#exchanges.add(exchange)
    request.carrier = exchange
    request.connection = this.#id
    request.requestsBefore = this.carried
    this.carried++
    return exchange
  }

  #send(exchange: Exchange): void {
    const { request } = exchange
    request.sentAt = this.#world.clock.monotonicNs()
    request.localPort = this.#socket.localPort
    exchange.stream = this.#session.request(this.#world.requestOf(request), exchange)
    this.#world.events.onSent(request)
    if (this.#isToFlush) return
    this.#isToFlush = true
    queueMicrotask(this.#flush)
  }

  /** It never opened. */
  #giveUp(outcome: Outcome): void {
    this.#world.deadlines.remove(this)
    this.#phase = 'closing'
    this.#endAll(outcome)
    this.#socket.reset()
    this.#settle()
  }

  #endAll(outcome: Outcome): void {
    for (const exchange of this.#exchanges) this.onExchangeEnded(exchange, outcome)
  }

  #noteIdleEnd(): void {
    if (this.#exchanges.size === 0 && !this.#isRetired) this.#world.events.onClosedIdle()
  }

  #linger(): void {
    this.#phase = 'closing'
    const { clock, deadlines } = this.#world
    deadlines.add(this, clock.monotonicNs() + LINGER_MS * 1e6)
  }

  #noteRoom(): void {
    if (this.#told === 'free' && !this.hasRoom) this.#told = 'nothing'
  }

  /** The end of each turn: what follows from what happened in it, and the one call to the owner. */
  #settle(): void {
    const isIdle = this.#phase === 'open' && this.#exchanges.size === 0
    // Without a stream open there is no room only if the server allows none: that is not waited for.
    const isShut = isIdle && this.#session.capacity === 0
    const isGone = this.#phase === 'closing' || this.#phase === 'closed'
    if (isGone || isShut || this.#session.isDraining) this.#isRetired = true
    this.#noteRoom()
    if (this.#isRetired) {
      if (isIdle) {
        this.#session.close()
        this.#linger()
        this.#socket.end()
      }
      if (this.#told === 'unusable') return
      this.#told = 'unusable'
      this.#owner.onUnusable(this)
    } else if (this.#told === 'nothing' && this.hasRoom) {
      this.#told = 'free'
      this.#owner.onFree(this)
    }
  }
}
