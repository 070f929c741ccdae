import { randomInteger, type Random } from '../world/random.ts'

/** So many numbers from `first` on, each of which is taken by one owner at most. */
export class NumberPool {
  readonly #first: number
  readonly #count: number
  readonly #random: Random
  readonly #taken = new Set<number>()

  constructor({ first, count }: { first: number; count: number }, random: Random) {
    this.#first = first
    this.#count = count
    this.#random = random
  }

  isTaken(number: number): boolean {
    return this.#taken.has(number)
  }

  take(number: number): void {
    this.#taken.add(number)
  }

  giveBack(number: number): void {
    this.#taken.delete(number)
  }

  /** One that is free and not `reserved`, without taking it; undefined when there is none. */
  choose(reserved: ReadonlySet<number>): number | undefined {
    const start = randomInteger(this.#random, this.#count)
    for (let step = 0; step < this.#count; step++) {
      const number = this.#first + ((start + step) % this.#count)
      if (!this.#taken.has(number) && !reserved.has(number)) return number
    }
    return undefined
  }
}
