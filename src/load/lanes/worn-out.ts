import type { LaneShare } from '../plan.ts'
import type { LoadConnection } from '../protocols/protocol.ts'
import type { Fifo } from './fifo.ts'
import type { LaneWorld } from './lane.ts'

/** Closes connections that are too old, or have carried enough, as clients with such limits do. */
export class WornOut {
  readonly #world: LaneWorld
  readonly #ageNsMax: number
  readonly #requestsMax: number

  constructor(world: LaneWorld, share: LaneShare) {
    this.#world = world
    this.#ageNsMax = (share.connectionAgeMsMax ?? Infinity) * 1e6
    this.#requestsMax = share.connectionRequestsMax ?? Infinity
  }

  /** Closes the connection if its time has come. */
  closes(connection: LoadConnection): boolean {
    if (!this.#isWornOut(connection)) return false
    this.#world.onAgedOut()
    connection.close()
    return true
  }

  /** Closes the ones that have been free longest, as far as their time has come. */
  closeOldest(free: Fifo<LoadConnection>): void {
    for (;;) {
      const connection = free.first
      if (connection === undefined || !this.#isWornOut(connection)) return
      free.shift()
      this.closes(connection)
    }
  }

  #isWornOut(connection: LoadConnection): boolean {
    if (connection.carried >= this.#requestsMax) return true
    if (this.#ageNsMax === Infinity) return false
    return this.#world.clock.monotonicNs() - connection.openedAtNs > this.#ageNsMax
  }
}
