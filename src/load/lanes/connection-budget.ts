import { type Shard, WHOLE } from '../schedules/shard.ts'

/** The connections that all lanes may have open together. Closing ones count: their sockets are still there. */
export class ConnectionBudget {
  readonly max: number
  open = 0
  /** Since the generator started. */
  opened = 0
  readonly #shard: Shard

  constructor(max: number, shard: Shard = WHOLE) {
    this.max = max
    this.#shard = shard
  }

  get hasRoom(): boolean {
    return this.open < this.max
  }

  /** Takes one place and returns the number of the connection that fills it: from 1, and no other generator's. */
  take(): number {
    const { index, of } = this.#shard
    this.open++
    return this.opened++ * of + index + 1
  }

  give(): void {
    this.open--
  }
}
