import type { LaneShare } from '../plan.ts'
import type { PlannedRequest } from '../planned-request.ts'
import type { ConnectionOwner, LoadConnection } from '../protocols/protocol.ts'
import { Fifo } from './fifo.ts'
import type { Lane, LaneWorld } from './lane.ts'

export const SESSION_MS_DEFAULT = 30_000

/** One connection for each session, held until its time is over: WebSockets, event streams, downloads. */
export class LongLane implements Lane, ConnectionOwner {
  readonly #world: LaneWorld
  #sessionMs: number
  readonly #waiting = new Fifo<PlannedRequest>()
  readonly #open = new Set<LoadConnection>()

  constructor(world: LaneWorld, share: LaneShare) {
    this.#world = world
    this.#sessionMs = share.sessionMs ?? SESSION_MS_DEFAULT
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  submit(request: PlannedRequest): void {
    if (this.#world.budget.hasRoom) this.#openFor(request)
    else this.#waiting.push(request)
  }

  wantsConnection(): PlannedRequest | undefined {
    return this.#waiting.first
  }

  openForOldest(): void {
    const request = this.#waiting.shift()
    if (request !== undefined) this.#openFor(request)
  }

  abandonOldest(): void {
    this.#waiting.shift()
  }

  windUp(): void {
    // Who still waits opens a session, to see that it can be done, and ends it.
    this.#sessionMs = 0
    for (const connection of this.#open) connection.windUp?.()
  }

  close(): void {}

  onFree(connection: LoadConnection): void {
    connection.close()
  }

  onUnusable(connection: LoadConnection): void {
    this.#open.delete(connection)
  }

  #openFor(request: PlannedRequest): void {
    this.#world.onDispatch(request)
    const id = this.#world.budget.take()
    const sessionMs = this.#sessionMs
    const options = { id, keepsAlive: false, sessionMs, owner: this }
    this.#open.add(this.#world.protocol.open(request, options))
  }
}
