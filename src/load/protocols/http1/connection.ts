import { invariant } from '../../../base/invariant.ts'
import type { Outcome } from '../../../timeline/outcome.ts'
import type { Clock } from '../../../world/clock.ts'
import type {
  Connection,
  ConnectionHandlers,
  Network,
  SocketError,
} from '../../../world/network.ts'
import type { AnswerCheck, AnswerChecks } from '../../expectations/answer-check.ts'
import type { LoadTarget } from '../../plan.ts'
import type { PlannedRequest } from '../../planned-request.ts'
import type {
  ConnectionOwner,
  LoadConnection,
  LoadEvents,
  OpenOptions,
  Protocol,
} from '../protocol.ts'
import type { RequestBytes } from './request-bytes.ts'
import { ResponseParser } from './response-parser.ts'
import { SelectedHeaders } from './selected-headers.ts'
import { brokenOutcome, connectOutcome, eofOutcome, timeoutOutcome } from '../socket-outcome.ts'
import type { DeadlineList, Timed } from '../../timeouts.ts'

/** What all connections of one generator share. */
export interface ConnectionWorld {
  readonly clock: Clock
  readonly network: Network
  readonly target: LoadTarget
  readonly events: LoadEvents
  /** By template index. */
  readonly requests: readonly RequestBytes[]
  readonly okStatuses: readonly (readonly [low: number, high: number])[]
  /** What else is looked at in answers; nothing when missing. */
  readonly checks?: AnswerChecks | undefined
  readonly connectTimeoutMs: number
  /** Connections that are being opened, or that are closing and have to be hurried along. */
  readonly deadlines: DeadlineList<HttpConnection>
}

/** HTTP/1.1 over TCP, as a protocol of the generator. */
export function http1(world: ConnectionWorld): Protocol {
  return { open: (request, options) => new HttpConnection(world, request, options) }
}

/**
 * - `connecting`: carries a request that is not sent yet.
 * - `busy`: the request is sent, the answer not complete.
 * - `free`: nothing in flight; the lane may give it a request.
 * - `closing`: has no request and takes none; its socket is still there.
 * - `closed`: the socket is gone.
 */
type Phase = 'connecting' | 'busy' | 'free' | 'closing' | 'closed'

/** How long a peer may take to answer our FIN, or to send the one that it announced. */
const LINGER_MS = 1_000

/**
 * One HTTP/1.1 connection over TCP. It sends each request once: whatever happens to the socket
 * afterwards is that request's outcome. That a free connection was closed by the peer is no outcome:
 * no request was on it, and the lane opens another one for the next.
 */
export class HttpConnection implements LoadConnection, ConnectionHandlers, Timed<HttpConnection> {
  readonly openedAtNs: number
  readonly #world: ConnectionWorld
  readonly #id: number
  readonly #owner: ConnectionOwner
  readonly #keepsAlive: boolean
  readonly #socket: Connection
  readonly #check: AnswerCheck | undefined
  readonly #headers: SelectedHeaders | undefined
  readonly #parser: ResponseParser
  #phase: Phase = 'connecting'
  #request: PlannedRequest | undefined
  #answered = 0
  #freeSinceNs = 0

  deadlineNs = 0
  earlier: HttpConnection | undefined = undefined
  later: HttpConnection | undefined = undefined
  deadlines: object | undefined = undefined

  constructor(world: ConnectionWorld, request: PlannedRequest, options: OpenOptions) {
    this.#world = world
    this.#id = options.id
    this.#owner = options.owner
    this.#keepsAlive = options.keepsAlive
    const { checks } = world
    this.#check = checks?.create()
    this.#headers = checks === undefined ? undefined : new SelectedHeaders(checks.headerNames)
    this.#parser = new ResponseParser(this.#headers)
    this.#take(request)
    this.openedAtNs = request.dispatchedAt
    world.deadlines.add(this, this.openedAtNs + world.connectTimeoutMs * 1e6)
    this.#socket = world.network.connect(world.target, this)
  }

  carry(request: PlannedRequest): void {
    invariant(this.#phase === 'free', 'a connection carries one request at a time')
    this.#take(request)
    // It is given to a connection and sent in one go: the clock need not be read for each.
    const nowNs = request.dispatchedAt
    request.idleMs = Math.round((nowNs - this.#freeSinceNs) / 1e6)
    this.#send(request, nowNs)
  }

  close(): void {
    if (this.#phase !== 'free') return
    this.#linger()
    this.#socket.end()
    this.#owner.onUnusable(this)
  }

  get carried(): number {
    return this.#answered + (this.#request === undefined ? 0 : 1)
  }

  get hasRoom(): boolean {
    return this.#phase === 'free'
  }

  expire(request: PlannedRequest): void {
    invariant(request === this.#request, 'what expires is the request under way')
    const spentByUs = request.dispatchedAt - request.intendedAt
    const leftForPeer = request.deadlineNs - request.dispatchedAt
    // Whoever had the larger part of its time is to blame for the end of it.
    if (spentByUs > leftForPeer) this.#fail('not-sent')
    else if (this.#phase === 'connecting') this.#fail('connect-timeout')
    else this.#fail(timeoutOutcome(this.#progress()))
  }

  /** The connect timeout has passed, or a closing socket has lingered long enough. */
  expireDeadline(): void {
    if (this.#phase === 'connecting') this.#fail('connect-timeout')
    else this.#socket.reset()
  }

  onOpen(): void {
    if (this.#phase !== 'connecting' || this.#request === undefined) return
    this.#world.deadlines.remove(this)
    this.#world.events.onConnected(this.#socket.remoteAddress)
    this.#send(this.#request, this.#world.clock.monotonicNs())
  }

  onData(bytes: Uint8Array): void {
    const request = this.#request
    if (this.#phase !== 'busy' || request === undefined) {
      if (this.#phase === 'free') this.#breakOff()
      return
    }
    const isFirst = request.firstByteAt === 0
    if (isFirst) request.firstByteAt = this.#world.clock.monotonicNs()
    const state = this.#parser.feed(bytes)
    request.bytesReceived += bytes.length
    switch (state) {
      case 'more':
        return
      case 'malformed':
        return this.#fail('malformed')
      case 'done':
        // More than the answer came with its end: its length was a lie, and what follows is nobody's.
        if (this.#parser.consumed < bytes.length) return this.#fail('malformed')
        return this.#finish(
          request,
          isFirst ? request.firstByteAt : this.#world.clock.monotonicNs(),
        )
    }
  }

  onEnd(): void {
    const wasUsable = this.#phase === 'busy' || this.#phase === 'free'
    if (this.#phase === 'free') this.#world.events.onClosedIdle()
    if (wasUsable) this.#linger()
    this.#socket.end()
    if (this.#request !== undefined) {
      const isWhole = this.#parser.close() === 'done'
      this.#endRequest(isWhole ? this.#answer() : eofOutcome(this.#progress()))
    }
    if (wasUsable) this.#owner.onUnusable(this)
  }

  onClose(error?: SocketError): void {
    const wasUsable = this.#phase !== 'closing'
    const wasFree = this.#phase === 'free'
    const outcome = this.#closeOutcome(error)
    this.#phase = 'closed'
    this.#world.deadlines.remove(this)
    this.#world.events.onConnectionClosed()
    if (wasFree) this.#world.events.onClosedIdle()
    if (this.#request !== undefined) {
      this.#request.errno = error?.code ?? ''
      this.#endRequest(outcome)
    }
    if (wasUsable) this.#owner.onUnusable(this)
  }

  #take(request: PlannedRequest): void {
    this.#request = request
    request.carrier = this
    request.connection = this.#id
    request.requestsBefore = this.#answered
  }

  #send(request: PlannedRequest, nowNs: number): void {
    const { head, body, isHead } = this.#world.requests[request.template]!
    this.#phase = 'busy'
    this.#parser.start(isHead, this.#check?.start(isHead))
    request.sentAt = nowNs
    request.localPort = this.#socket.localPort
    this.#socket.write(head.take(request.sequence))
    if (body !== undefined) this.#socket.write(body.take(request.sequence))
    this.#world.events.onSent(request)
  }

  /** The answer is complete, its last byte having come at `nowNs`, and nothing came after it. */
  #finish(request: PlannedRequest, nowNs: number): void {
    const outcome = this.#answer()
    request.endedAt = nowNs
    if (this.#keepsAlive && this.#parser.keepsAlive) {
      this.#answered++
      this.#phase = 'free'
      this.#freeSinceNs = nowNs
      this.#endRequest(outcome)
      this.#owner.onFree(this)
      return
    }
    this.#linger()
    // A peer that announced its FIN goes first: the socket of whoever does stays in TIME_WAIT, and
    // a generator that collects those runs out of ports.
    if (!this.#parser.head.connectionClose) this.#socket.end()
    this.#endRequest(outcome)
    this.#owner.onUnusable(this)
  }

  /** Ends the request that is under way, and the connection with it: its bytes are not to be trusted. */
  #fail(outcome: Outcome): void {
    this.#world.deadlines.remove(this)
    this.#phase = 'closing'
    this.#endRequest(outcome)
    this.#socket.reset()
    this.#owner.onUnusable(this)
  }

  #breakOff(): void {
    this.#world.events.onFaulted()
    this.#phase = 'closing'
    this.#socket.reset()
    this.#owner.onUnusable(this)
  }

  #endRequest(outcome: Outcome): void {
    const request = this.#request
    invariant(request !== undefined, 'an outcome belongs to a request')
    this.#request = undefined
    request.carrier = undefined
    // A connection that never opened has a port too, where the network can tell.
    if (request.localPort === 0) request.localPort = this.#socket.localPort
    request.outcome = outcome
    this.#world.events.onEnded(request)
  }

  #linger(): void {
    this.#phase = 'closing'
    const { clock, deadlines } = this.#world
    deadlines.add(this, clock.monotonicNs() + LINGER_MS * 1e6)
  }

  #closeOutcome(error: SocketError | undefined): Outcome {
    if (this.#phase === 'connecting') return connectOutcome(error)
    if (error !== undefined) return brokenOutcome(error, this.#progress())
    return eofOutcome(this.#progress())
  }

  #progress() {
    return { isReused: this.#answered > 0, hasFirstByte: (this.#request?.firstByteAt ?? 0) > 0 }
  }

  /** The outcome of an answer that arrived whole. */
  #answer(): Outcome {
    const request = this.#request
    invariant(request !== undefined, 'an answer belongs to a request')
    const { status } = this.#parser.head
    request.status = status
    const outcome = this.#isOk(status) ? 'ok' : 'status'
    if (this.#check === undefined || this.#headers === undefined) return outcome
    return this.#check.judge(request, outcome, this.#headers)
  }

  #isOk(status: number): boolean {
    for (const [low, high] of this.#world.okStatuses) {
      if (status >= low && status <= high) return true
    }
    return false
  }
}
