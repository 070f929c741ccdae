import { concatenate } from '../../base/concatenate.ts'

const HEADER_BYTES = 8

/** Docker's stream without a terminal: frames of `STREAM 0 0 0 LENGTH` (big-endian), then that many bytes. */
export class FrameReader {
  readonly #onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void
  #header = new Uint8Array(0)
  #stream: 'stdout' | 'stderr' = 'stdout'
  #missing = 0

  constructor(onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void) {
    this.#onOutput = onOutput
  }

  add(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#missing > 0) {
        const part = rest.subarray(0, this.#missing)
        this.#missing -= part.length
        rest = rest.subarray(part.length)
        this.#onOutput(this.#stream, part)
        continue
      }
      const wanted = HEADER_BYTES - this.#header.length
      this.#header = concatenate([this.#header, rest.subarray(0, wanted)])
      rest = rest.subarray(wanted)
      if (this.#header.length < HEADER_BYTES) return
      const view = new DataView(this.#header.buffer, this.#header.byteOffset, HEADER_BYTES)
      this.#stream = view.getUint8(0) === 2 ? 'stderr' : 'stdout'
      this.#missing = view.getUint32(4)
      this.#header = new Uint8Array(0)
    }
  }
}
