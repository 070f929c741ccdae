/** Numbers that are known to be missing; further ones are lost even if they come later. */
const MISSING_MAX = 100_000
/** A number that is further ahead than this is no number of this sequence. */
const GAP_MAX = 10_000_000

/** Finds out which of the numbers 1, 2, 3, … of a session are missing, came twice, or came late. */
export class SequenceCheck {
  received = 0
  duplicated = 0
  /** Came after a higher number; not lost. */
  reordered = 0
  /** Numbers that cannot have been meant: higher than any that was sent, or far off. */
  foreign = 0
  #highest: number | undefined
  #givenUp = 0
  readonly #missing = new Set<number>()

  /** `before` is the number before the first one; without it the sequence begins with whatever comes first. */
  constructor(before?: number) {
    this.#highest = before
  }

  /** `sent`: the highest number that there can be. */
  take(number: number, sent = Infinity): void {
    const highest = this.#highest ?? number - 1
    if (number > sent || number - highest > GAP_MAX) {
      this.foreign++
      return
    }
    this.received++
    if (number > highest) {
      for (let missing = highest + 1; missing < number; missing++) this.#miss(missing)
      this.#highest = number
    } else if (this.#missing.delete(number)) this.reordered++
    else this.duplicated++
  }

  /** Numbers up to `sent` that have not come; without `sent`, up to the highest that has come. */
  lost(sent = this.#highest ?? 0): number {
    return this.#missing.size + this.#givenUp + Math.max(0, sent - (this.#highest ?? sent))
  }

  get isFlawless(): boolean {
    return this.duplicated + this.reordered + this.foreign === 0
  }

  #miss(number: number): void {
    if (this.#missing.size < MISSING_MAX) this.#missing.add(number)
    else this.#givenUp++
  }
}
