/**
 * Values by key whose list is always in key order (by code unit, no locale). Reading is as cheap as a
 * Map and an array; adding and removing shift the array, which stays quick for tens of thousands.
 */
export class SortedMap<T> {
  readonly #values = new Map<string, T>()
  readonly #keys: string[] = []
  readonly #sorted: T[] = []
  #handedOut: readonly T[] | undefined

  get size(): number {
    return this.#values.size
  }

  get(key: string): T | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: T): void {
    const index = this.#indexOf(key)
    if (this.#values.has(key)) {
      this.#sorted[index] = value
    } else {
      this.#keys.splice(index, 0, key)
      this.#sorted.splice(index, 0, value)
    }
    this.#values.set(key, value)
    this.#handedOut = undefined
  }

  /** False when there was no such key. */
  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false
    const index = this.#indexOf(key)
    this.#keys.splice(index, 1)
    this.#sorted.splice(index, 1)
    this.#handedOut = undefined
    return true
  }

  /** The values in key order: the same array until something changes, and never changed itself. */
  list(): readonly T[] {
    this.#handedOut ??= this.#sorted.slice()
    return this.#handedOut
  }

  /** A copy of the keys, in order. */
  keys(): readonly string[] {
    return this.#keys.slice()
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
