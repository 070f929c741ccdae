import type { Schedule } from './schedule.ts'

/**
 * N users, each of whom sends the next request when the last one has ended and `restNs` have passed.
 * It finds out how fast a service is; it hides pauses, as the users wait with it (coordinated omission).
 */
export class ClosedLoop implements Schedule {
  readonly count = Infinity
  readonly #users: number
  readonly #restNs: number
  /** When the last ends of as many requests as there are users made a slot due. */
  readonly #dueAtNs: Float64Array
  #ended = 0
  /** Of the slots that an end has made, those whose rest is over. */
  #rested = 0

  constructor(users: number, restNs = 0) {
    this.#users = users
    this.#restNs = restNs
    this.#dueAtNs = new Float64Array(users)
  }

  slotAtNs(index: number): number {
    if (index < this.#users) return 0
    // A user's next slot is made after the one before was taken, so nothing is overwritten too early.
    return index - this.#users < this.#ended ? this.#dueAtNs[index % this.#users]! : Infinity
  }

  dueCount(elapsedNs: number): number {
    if (elapsedNs < 0) return 0
    while (this.#rested < this.#ended) {
      if (this.#dueAtNs[this.#rested % this.#users]! > elapsedNs) break
      this.#rested++
    }
    return this.#users + this.#rested
  }

  onEnded(elapsedNs: number): void {
    this.#dueAtNs[this.#ended % this.#users] = elapsedNs + this.#restNs
    this.#ended++
  }
}
