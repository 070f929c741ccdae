interface Kept<T> {
  readonly value: T
  readonly atMs: number
}

/** Values by key, of which the least recent ones are forgotten: when there are too many, and when they are too old to matter. */
export class LeastRecent<T> {
  /** A Map keeps the order of insertion, so that the first is the least recent. */
  readonly #kept = new Map<string, Kept<T>>()
  readonly #sizeMax: number
  readonly #ageMsMax: number

  constructor({ sizeMax, ageMsMax }: { readonly sizeMax: number; readonly ageMsMax: number }) {
    this.#sizeMax = sizeMax
    this.#ageMsMax = ageMsMax
  }

  get size(): number {
    return this.#kept.size
  }

  get(key: string): T | undefined {
    return this.#kept.get(key)?.value
  }

  /** Also forgets what is too old by now. */
  set(key: string, value: T, nowMs: number): void {
    this.#kept.delete(key)
    this.#kept.set(key, { value, atMs: nowMs })
    for (const [oldest, { atMs }] of this.#kept) {
      if (this.#kept.size <= this.#sizeMax && nowMs - atMs <= this.#ageMsMax) return
      this.#kept.delete(oldest)
    }
  }
}
