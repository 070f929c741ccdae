import type { Clock, Timer } from '../world/clock.ts'
import type { Connection } from '../world/network.ts'

/** The time in which a FIN leaves for the kernel once nothing is queued before it. */
const FIN_LEAVES_MS = 1

/** One of the two connections of a relay. */
export class RelaySide {
  readonly #connection: Connection
  readonly #clock: Clock
  #ending = false
  #reset: Timer | undefined

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  /** The bytes are only valid now, and the kernel may take them later. */
  write(bytes: Uint8Array): boolean {
    return this.#connection.write(new Uint8Array(bytes))
  }

  end(): void {
    this.#ending = true
    this.#connection.end()
  }

  /** A socket whose FIN is on its way to the kernel cannot be reset: the runtime would lose track of it. */
  reset(): void {
    if (!this.#ending) this.#connection.reset()
    else this.#reset ??= this.#clock.after(FIN_LEAVES_MS, () => this.#connection.reset())
  }

  pause(): void {
    this.#connection.pause()
  }

  resume(): void {
    this.#connection.resume()
  }

  closed(): void {
    this.#reset?.cancel()
  }
}
