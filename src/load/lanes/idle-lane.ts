import type { LaneShare } from '../plan.ts'
import type { PlannedRequest } from '../planned-request.ts'
import type { ConnectionOwner, LoadConnection } from '../protocols/protocol.ts'
import { Fifo } from './fifo.ts'
import type { Lane, LaneWorld } from './lane.ts'
import { WornOut } from './worn-out.ts'

/** From what clients with short pauses do to just above nginx's keepalive_timeout of 75 s. */
const IDLE_MS_DEFAULT: readonly [min: number, max: number] = [1_000, 75_000]
/** Rests are 17 s on average, so that up to 115 requests a second find a connection that has had its rest. */
const IDLE_CONNECTIONS_DEFAULT = 2_000

/** Multiples of it modulo 1 fill the interval evenly, whatever their number (Weyl's sequence). */
const GOLDEN_RATIO = 0.618_033_988_749_895

interface Resting {
  readonly connection: LoadConnection
  readonly restedAtNs: number
}

/**
 * Connections that rest between two requests for a time of their own, spread evenly over the
 * logarithm of 1 to 75 s: what closes idle connections in that span, and races with the next request
 * on one, is found. A request takes the connection that has been rested longest; while none is, a
 * new one is opened; when there are enough of them, the one nearest to the end of its rest is taken.
 */
export class IdleLane implements Lane, ConnectionOwner {
  readonly #world: LaneWorld
  readonly #max: number
  readonly #idleMs: readonly [min: number, max: number]
  readonly #worn: WornOut
  readonly #waiting = new Fifo<PlannedRequest>()
  /** By the end of their rest. */
  readonly #resting: Resting[] = []
  #usable = 0
  #rests = 0
  #isClosing = false

  constructor(world: LaneWorld, share: LaneShare) {
    this.#world = world
    this.#max = share.connections ?? IDLE_CONNECTIONS_DEFAULT
    this.#idleMs = share.idleMs ?? IDLE_MS_DEFAULT
    this.#worn = new WornOut(world, share)
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  submit(request: PlannedRequest): void {
    const next = this.#resting[0]
    const isRested = next !== undefined && next.restedAtNs <= this.#world.clock.monotonicNs()
    const mayOpen = this.#usable < this.#max && this.#world.budget.hasRoom
    if (next === undefined ? mayOpen : mayOpen && !isRested) this.#open(request)
    else if (next === undefined) this.#waiting.push(request)
    else this.#carry(next, request)
  }

  wantsConnection(): PlannedRequest | undefined {
    return this.#usable < this.#max ? this.#waiting.first : undefined
  }

  openForOldest(): void {
    const request = this.#waiting.shift()
    if (request !== undefined) this.#open(request)
  }

  abandonOldest(): void {
    this.#waiting.shift()
  }

  close(): void {
    this.#isClosing = true
    for (const { connection } of this.#resting.splice(0)) connection.close()
  }

  onFree(connection: LoadConnection): void {
    if (this.#worn.closes(connection)) return
    const request = this.#waiting.shift()
    if (request !== undefined) {
      this.#world.onDispatch(request)
      connection.carry(request)
    } else if (this.#isClosing) connection.close()
    else this.#rest(connection)
  }

  onUnusable(connection: LoadConnection): void {
    this.#usable--
    const place = this.#resting.findIndex((resting) => resting.connection === connection)
    if (place !== -1) this.#resting.splice(place, 1)
  }

  #carry({ connection }: Resting, request: PlannedRequest): void {
    this.#resting.shift()
    this.#world.onDispatch(request)
    connection.carry(request)
  }

  #open(request: PlannedRequest): void {
    this.#world.onDispatch(request)
    this.#usable++
    const id = this.#world.budget.take()
    this.#world.protocol.open(request, { id, keepsAlive: true, owner: this })
  }

  #rest(connection: LoadConnection): void {
    const [min, max] = this.#idleMs
    const place = (++this.#rests * GOLDEN_RATIO) % 1
    const restedAtNs = this.#world.clock.monotonicNs() + min * (max / min) ** place * 1e6
    this.#resting.splice(this.#placeAfter(restedAtNs), 0, { connection, restedAtNs })
  }

  /** By halves: there may be thousands of them. */
  #placeAfter(restedAtNs: number): number {
    let [low, high] = [0, this.#resting.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#resting[middle]!.restedAtNs > restedAtNs) high = middle
      else low = middle + 1
    }
    return low
  }
}
