import { Fifo } from './fifo.ts'
import type { Lane, LaneWorld } from './lane.ts'
import type { PlannedRequest } from '../planned-request.ts'
import type { ConnectionOwner } from '../protocols/protocol.ts'

/** One connection per request: what a client without keep-alive, or one that has just arrived, does. */
export class NewLane implements Lane, ConnectionOwner {
  readonly #world: LaneWorld
  readonly #waiting = new Fifo<PlannedRequest>()

  constructor(world: LaneWorld) {
    this.#world = world
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  wantsConnection(): PlannedRequest | undefined {
    return this.#waiting.first
  }

  submit(request: PlannedRequest): void {
    if (this.#world.budget.hasRoom) this.#open(request)
    else this.#waiting.push(request)
  }

  openForOldest(): void {
    const request = this.#waiting.shift()
    if (request !== undefined) this.#open(request)
  }

  abandonOldest(): void {
    this.#waiting.shift()
  }

  close(): void {}

  onFree(): void {}

  onUnusable(): void {}

  #open(request: PlannedRequest): void {
    this.#world.onDispatch(request)
    const id = this.#world.budget.take()
    this.#world.protocol.open(request, { id, keepsAlive: false, owner: this })
  }
}
