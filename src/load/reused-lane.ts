import { Fifo } from './fifo.ts'
import type { Lane, LaneWorld } from './lane.ts'
import type { LaneShare } from './plan.ts'
import type { PlannedRequest } from './planned-request.ts'
import type { ConnectionOwner, LoadConnection } from './protocol.ts'

export const REUSED_CONNECTIONS_DEFAULT = 16

/**
 * Connections that are kept open and used in turn, so that each endpoint behind them is seen: the
 * one that has been free longest goes first. Requests find more connections than `connections` only
 * while all are busy; of those that are free at once, only so many are kept.
 */
export class ReusedLane implements Lane, ConnectionOwner {
  readonly #world: LaneWorld
  readonly #kept: number
  readonly #ageNsMax: number
  readonly #waiting = new Fifo<PlannedRequest>()
  readonly #free = new Fifo<LoadConnection>()
  /** Connections that carry a request or can carry one. */
  #usable = 0
  #isClosing = false

  constructor(world: LaneWorld, share: LaneShare) {
    this.#world = world
    this.#kept = share.connections ?? REUSED_CONNECTIONS_DEFAULT
    this.#ageNsMax = (share.connectionAgeMsMax ?? Infinity) * 1e6
  }

  get oldestWaiting(): PlannedRequest | undefined {
    return this.#waiting.first
  }

  submit(request: PlannedRequest): void {
    this.#closeAged()
    const { hasRoom } = this.#world.budget
    const isFilled = this.#usable >= this.#kept
    const connection = isFilled || !hasRoom ? this.#free.shift() : undefined
    if (connection !== undefined) this.#carry(connection, request)
    else if (hasRoom) this.#open(request)
    else this.#waiting.push(request)
  }

  serveOldest(): void {
    const request = this.#waiting.shift()
    if (request !== undefined) this.#open(request)
  }

  abandonOldest(): void {
    this.#waiting.shift()
  }

  close(): void {
    this.#isClosing = true
    for (let free = this.#free.shift(); free !== undefined; free = this.#free.shift()) free.close()
  }

  onFree(connection: LoadConnection): void {
    if (this.#isAged(connection)) {
      this.#world.onAgedOut()
      connection.close()
      return
    }
    const request = this.#waiting.shift()
    if (request !== undefined) this.#carry(connection, request)
    else if (this.#isClosing || this.#free.size >= this.#kept) connection.close()
    else this.#free.push(connection)
  }

  onUnusable(connection: LoadConnection): void {
    this.#usable--
    this.#free.remove(connection)
  }

  #carry(connection: LoadConnection, request: PlannedRequest): void {
    this.#world.onDispatch(request)
    connection.carry(request)
  }

  #open(request: PlannedRequest): void {
    this.#world.onDispatch(request)
    this.#usable++
    const id = this.#world.budget.take()
    this.#world.protocol.open(request, { id, keepsAlive: true, owner: this })
  }

  #closeAged(): void {
    for (;;) {
      const connection = this.#free.first
      if (connection === undefined || !this.#isAged(connection)) return
      this.#free.shift()
      this.#world.onAgedOut()
      connection.close()
    }
  }

  #isAged(connection: LoadConnection): boolean {
    if (this.#ageNsMax === Infinity) return false
    return this.#world.clock.monotonicNs() - connection.openedAtNs > this.#ageNsMax
  }
}
