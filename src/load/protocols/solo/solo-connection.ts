import { invariant } from '../../../base/invariant.ts'
import type { Outcome } from '../../../timeline/outcome.ts'
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
import type { ConnectionOwner, LoadConnection, LoadEvents, OpenOptions } from '../protocol.ts'
import { connectOutcome } from '../socket-outcome.ts'
import type { Line, Talk } from './talk.ts'

/** What all connections of one lane share. */
export interface SoloWorld {
  readonly clock: Clock
  readonly network: Pick<Network, 'connect'>
  readonly target: LoadTarget
  readonly events: LoadEvents
  readonly connectTimeoutMs: number
  /** Connections that are being opened, wait for a time of their talk, or have to be hurried along. */
  readonly deadlines: DeadlineList<SoloConnection>
}

/** `connecting`, `talking`: the request is under way. `closing`: its socket is still there. */
type Phase = 'connecting' | 'talking' | 'closing' | 'closed'

/** How long a peer may take to answer our FIN. */
const LINGER_MS = 1_000

/** A connection for one request, which may take long: it opens, lets its talk do the rest, and closes. */
export class SoloConnection
  implements LoadConnection, ConnectionHandlers, Line, Timed<SoloConnection>
{
  readonly openedAtNs: number
  readonly carried = 1
  readonly hasRoom = false
  readonly request: PlannedRequest
  readonly #world: SoloWorld
  readonly #owner: ConnectionOwner
  readonly #socket: Connection
  readonly #talk: Talk
  #phase: Phase = 'connecting'

  deadlineNs = 0
  earlier: SoloConnection | undefined = undefined
  later: SoloConnection | undefined = undefined
  deadlines: object | undefined = undefined

  constructor(
    world: SoloWorld,
    request: PlannedRequest,
    options: OpenOptions,
    begin: (line: Line) => Talk,
  ) {
    this.#world = world
    this.#owner = options.owner
    this.request = request
    request.carrier = this
    request.connection = options.id
    this.openedAtNs = world.clock.monotonicNs()
    this.#talk = begin(this)
    world.deadlines.add(this, this.openedAtNs + world.connectTimeoutMs * 1e6)
    this.#socket = world.network.connect(world.target, this)
  }

  carry(): void {
    invariant(false, 'such a connection carries one request')
  }

  /** It is never free: with its request it ends by itself. */
  close(): void {}

  windUp(): void {
    if (this.#isUnderWay) this.#talk.windUp()
  }

  expire(request: PlannedRequest): void {
    invariant(request === this.request && this.#isUnderWay, 'what expires is the request under way')
    const spentByUs = request.dispatchedAt - request.intendedAt
    const leftForPeer = request.deadlineNs - request.dispatchedAt
    // Whoever had the larger part of its time is to blame for the end of it.
    if (spentByUs > leftForPeer) this.finish('not-sent', 'reset')
    else if (this.#phase === 'connecting') this.finish('connect-timeout', 'reset')
    else this.finish(this.#talk.onExpired(), 'reset')
  }

  /** The connect timeout has passed, the talk's time has come, or a closing socket has lingered long enough. */
  expireDeadline(): void {
    if (this.#phase === 'connecting') this.finish('connect-timeout', 'reset')
    else if (this.#phase === 'talking') this.#talk.onWake(this.nowNs())
    else this.#socket.reset()
  }

  onOpen(): void {
    if (this.#phase !== 'connecting') return
    this.#phase = 'talking'
    this.#world.deadlines.remove(this)
    this.request.localPort = this.#socket.localPort
    this.#world.events.onConnected(this.#socket.remoteAddress)
    this.#talk.onOpen()
  }

  onData(bytes: Uint8Array): void {
    if (this.#phase !== 'talking') return
    this.request.bytesReceived += bytes.length
    this.#talk.onData(bytes)
  }

  onDrain(): void {
    if (this.#phase === 'talking') this.#talk.onDrain?.()
  }

  onEnd(): void {
    if (this.#isUnderWay) this.finish(this.#talk.onEnd(), 'fin')
    else this.#socket.end()
  }

  onClose(error?: SocketError): void {
    const { request } = this
    const isUnderWay = this.#isUnderWay
    const outcome = isUnderWay ? this.#closeOutcome(error) : undefined
    this.#phase = 'closed'
    this.#world.deadlines.remove(this)
    this.#world.events.onConnectionClosed()
    if (outcome === undefined) return
    request.errno = error?.code ?? ''
    this.#endRequest(outcome)
    this.#owner.onUnusable(this)
  }

  nowNs(): number {
    return this.#world.clock.monotonicNs()
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes)
  }

  noteSent(atNs = this.nowNs()): void {
    this.request.sentAt = atNs
    this.#world.events.onSent(this.request)
  }

  noteFirstByte(): void {
    if (this.request.firstByteAt === 0) this.request.firstByteAt = this.nowNs()
  }

  wakeAt(atNs: number): void {
    if (this.#phase !== 'talking') return
    if (this.deadlines !== undefined && this.deadlineNs === atNs) return
    this.#world.deadlines.remove(this)
    this.#world.deadlines.add(this, atNs)
  }

  finish(outcome: Outcome, how: 'fin' | 'reset'): void {
    invariant(this.#isUnderWay, 'a request ends once')
    this.#phase = 'closing'
    this.#world.deadlines.remove(this)
    if (how === 'fin') {
      this.#world.deadlines.add(this, this.nowNs() + LINGER_MS * 1e6)
      this.#socket.end()
    }
    this.#endRequest(outcome)
    if (how === 'reset') this.#socket.reset()
    this.#owner.onUnusable(this)
  }

  get #isUnderWay(): boolean {
    return this.#phase === 'connecting' || this.#phase === 'talking'
  }

  #closeOutcome(error: SocketError | undefined): Outcome {
    if (this.#phase === 'connecting') return connectOutcome(error)
    return error === undefined ? this.#talk.onEnd() : this.#talk.onBroken(error)
  }

  #endRequest(outcome: Outcome): void {
    const { request } = this
    request.carrier = undefined
    // A connection that never opened has a port too, where the network can tell.
    if (request.localPort === 0) request.localPort = this.#socket.localPort
    request.outcome = outcome
    this.#world.events.onEnded(request)
  }
}
