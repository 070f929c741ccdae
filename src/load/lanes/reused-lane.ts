import { Fifo } from './fifo.ts'
import type { Lane, LaneWorld } from './lane.ts'
import type { LaneShare } from '../plan.ts'
import type { PlannedRequest } from '../planned-request.ts'
import { WornOut } from './worn-out.ts'
import type { ConnectionOwner, LoadConnection } from '../protocols/protocol.ts'

export const REUSED_CONNECTIONS_DEFAULT = 16

/**
 * A request that finds all connections busy waits so long for one of them before another is opened,
 * and in so long no more are opened than are to be kept: without that, a burst after a pause of ours
 * would become a storm of connections.
 */
const PATIENCE_NS = 1e6
/** Connections beyond those to keep are closed when none has been opened for so long. */
const SHRINK_AFTER_NS = 1e9

/**
 * Connections that are kept open and used in turn, so that each endpoint behind them is seen: the
 * one that has been free longest goes first. There are more than `connections` only while, and
 * shortly after, that many were not enough.
 */
export class ReusedLane implements Lane, ConnectionOwner {
  readonly #world: LaneWorld
  readonly #kept: number
  readonly #worn: WornOut
  readonly #waiting = new Fifo<PlannedRequest>()
  readonly #free = new Fifo<LoadConnection>()
  /** Connections that carry a request or can carry one. */
  #usable = 0
  /** The last connection beyond those to keep, and how many there were in a row. */
  #grownAtNs = 0
  #grown = 0
  #isClosing = false

  constructor(world: LaneWorld, share: LaneShare) {
    this.#world = world
    this.#kept = share.connections ?? REUSED_CONNECTIONS_DEFAULT
    this.#worn = new WornOut(world, share)
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  submit(request: PlannedRequest): void {
    this.#worn.closeOldest(this.#free)
    if (!this.hasWaiting && this.#usable < this.#kept && this.#world.budget.hasRoom) {
      this.#open(request)
      return
    }
    // Nothing is free while others wait, so nobody is overtaken here.
    const connection = this.#nextFree()
    if (connection === undefined) this.#waiting.push(request)
    else this.#carry(connection, request)
  }

  wantsConnection(nowNs: number): PlannedRequest | undefined {
    const oldest = this.#waiting.first
    if (oldest === undefined || this.#usable < this.#kept) return oldest
    const hasWaited = nowNs - oldest.submittedAt >= PATIENCE_NS
    const mayGrow = this.#grown < this.#kept || nowNs - this.#grownAtNs >= PATIENCE_NS
    return hasWaited && mayGrow ? oldest : undefined
  }

  openForOldest(): void {
    const request = this.#waiting.shift()
    if (request === undefined) return
    if (this.#usable >= this.#kept) this.#noteGrowth()
    this.#open(request)
  }

  abandonOldest(): void {
    this.#waiting.shift()
  }

  close(): void {
    this.#isClosing = true
    for (let free = this.#free.shift(); free !== undefined; free = this.#free.shift()) free.close()
  }

  onFree(connection: LoadConnection): void {
    // One with streams may have carried all that it should while it has room for more.
    while (!this.#worn.closes(connection)) {
      const request = this.#waiting.shift()
      if (request === undefined) return this.#keep(connection)
      this.#world.onDispatch(request)
      connection.carry(request)
      if (!connection.hasRoom) return
    }
  }

  onUnusable(connection: LoadConnection): void {
    this.#usable--
    this.#free.remove(connection)
  }

  /** A server may take back room for streams: such a connection is passed over, and tells when it has room again. */
  #nextFree(): LoadConnection | undefined {
    for (;;) {
      const connection = this.#free.shift()
      if (connection === undefined || connection.hasRoom) return connection
    }
  }

  #carry(connection: LoadConnection, request: PlannedRequest): void {
    this.#world.onDispatch(request)
    connection.carry(request)
    // One with streams goes to the end of the queue: connections are used in turn.
    if (connection.hasRoom && !this.#worn.closes(connection)) this.#free.push(connection)
  }

  #keep(connection: LoadConnection): void {
    if (this.#isClosing || this.#isSuperfluous()) connection.close()
    else this.#free.push(connection)
  }

  #open(request: PlannedRequest): void {
    this.#world.onDispatch(request)
    this.#usable++
    const id = this.#world.budget.take()
    this.#world.protocol.open(request, { id, keepsAlive: true, owner: this })
  }

  #noteGrowth(): void {
    const nowNs = this.#world.clock.monotonicNs()
    if (nowNs - this.#grownAtNs >= PATIENCE_NS) this.#grown = 0
    this.#grown++
    this.#grownAtNs = nowNs
  }

  #isSuperfluous(): boolean {
    if (this.#usable <= this.#kept) return false
    return this.#world.clock.monotonicNs() - this.#grownAtNs > SHRINK_AFTER_NS
  }
}
