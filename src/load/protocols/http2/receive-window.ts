/** What a peer may still send us, on one stream or on the connection (RFC 9113, section 5.2). */
export class ReceiveWindow {
  readonly #size: number
  #left: number

  constructor(size: number) {
    this.#size = size
    this.#left = size
  }

  /** False: it was more than there was room for. */
  take(byteCount: number): boolean {
    this.#left -= byteCount
    return this.#left >= 0
  }

  /** By how much to open it again: nothing until half of it is used, so that not every frame costs another. */
  refill(): number {
    if (this.#left >= this.#size / 2) return 0
    const increment = this.#size - this.#left
    this.#left = this.#size
    return increment
  }
}
