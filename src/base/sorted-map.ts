import { compareTexts } from './compare-texts.ts'

/** Up to so many new and lost keys are put in their places one by one; for more, all are merged at once. */
const SINGLE_MOVES_MAX = 16

/**
 * Values by key whose list is always in key order (by code unit, no locale). Reading and writing are as
 * cheap as a Map's: the order is made up for when it is asked for, so that thousands of writes without a
 * look at the list cost no sorting.
 */
export class SortedMap<T extends object> {
  readonly #values = new Map<string, T>()
  /** The keys, and their values beside them, as of the last list, but for the keys that follow. */
  #keys: string[] = []
  #sorted: T[] = []
  /** Not in #keys yet. */
  readonly #added = new Set<string>()
  /** Still in #keys. */
  readonly #removed = new Set<string>()
  #handedOut: readonly T[] | undefined

  get size(): number {
    return this.#values.size
  }

  get(key: string): T | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: T): void {
    this.#handedOut = undefined
    if (!this.#values.has(key) && !this.#removed.delete(key)) this.#added.add(key)
    this.#values.set(key, value)
    if (!this.#added.has(key)) this.#sorted[this.#indexOf(key)] = value
  }

  /** False when there was no such key. */
  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false
    this.#handedOut = undefined
    if (!this.#added.delete(key)) this.#removed.add(key)
    // Where nobody asks for the list, it is not to keep alive what is gone.
    if (this.#removed.size > Math.max(SINGLE_MOVES_MAX, this.#keys.length / 2)) this.#restoreOrder()
    return true
  }

  /** The values in key order: the same array until something changes, and never changed itself. */
  list(): readonly T[] {
    if (this.#handedOut === undefined) {
      this.#restoreOrder()
      this.#handedOut = this.#sorted.slice()
    }
    return this.#handedOut
  }

  /** A copy of the keys, in order. */
  keys(): readonly string[] {
    this.#restoreOrder()
    return this.#keys.slice()
  }

  #restoreOrder(): void {
    if (this.#added.size + this.#removed.size > SINGLE_MOVES_MAX) this.#mergeAll()
    else this.#moveSingly()
    this.#added.clear()
    this.#removed.clear()
  }

  #moveSingly(): void {
    for (const key of this.#removed) {
      const index = this.#indexOf(key)
      this.#keys.splice(index, 1)
      this.#sorted.splice(index, 1)
    }
    for (const key of this.#added) {
      const index = this.#indexOf(key)
      this.#keys.splice(index, 0, key)
      this.#sorted.splice(index, 0, ...this.#valuesOf([key]))
    }
  }

  #mergeAll(): void {
    const kept = this.#keys.filter((key) => !this.#removed.has(key))
    // Sorting finds the run of kept keys and merges the others into it.
    this.#keys = [...kept, ...this.#added].sort(compareTexts)
    this.#sorted = this.#valuesOf(this.#keys)
  }

  /** All of `keys` are there. */
  #valuesOf(keys: readonly string[]): T[] {
    const values: T[] = []
    for (const key of keys) {
      const value = this.#values.get(key)
      if (value !== undefined) values.push(value)
    }
    return values
  }

  /** The place of `key`, or the place where it would have to be. */
  #indexOf(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#keys[middle] ?? '') < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
