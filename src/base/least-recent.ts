/** Values by key, of which the least recently used ones are forgotten when there are too many. */
export class LeastRecent<T> {
  /** A Map keeps the order of insertion, so that the first is the least recent. */
  readonly #values = new Map<string, T>()
  readonly #sizeMax: number

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  get(key: string): T | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: T): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size <= this.#sizeMax) return
    for (const oldest of this.#values.keys()) return void this.#values.delete(oldest)
  }
}
