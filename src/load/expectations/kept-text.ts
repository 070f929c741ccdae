/** A pattern is looked for in so much of a body. */
export const KEPT_BYTES_MAX = 1_048_576
/** Memory beyond this is given back after the answer that needed it. */
const HELD_BYTES_MAX = 65_536

/** The body of one answer after the other, as text, up to a bound. */
export class KeptText {
  #bytes = new Uint8Array(0)
  #length = 0
  #total = 0
  readonly #decoder = new TextDecoder()

  /** More came than was kept. */
  get isCut(): boolean {
    return this.#total > KEPT_BYTES_MAX
  }

  clear(): void {
    if (this.#bytes.length > HELD_BYTES_MAX) this.#bytes = new Uint8Array(0)
    this.#length = 0
    this.#total = 0
  }

  take(bytes: Uint8Array): void {
    this.#total += bytes.length
    const length = Math.min(KEPT_BYTES_MAX, this.#length + bytes.length)
    if (length > this.#bytes.length) this.#grow(length)
    this.#bytes.set(bytes.subarray(0, length - this.#length), this.#length)
    this.#length = length
  }

  text(): string {
    return this.#decoder.decode(this.#bytes.subarray(0, this.#length))
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.min(KEPT_BYTES_MAX, Math.max(1_024, length * 2)))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}
