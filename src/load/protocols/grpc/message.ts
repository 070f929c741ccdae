import { MESSAGE_PREFIX_BYTES } from '../../../base/grpc-message.ts'
import type { BodySink } from '../http1/response-sink.ts'

/** Cuts DATA into messages, however it is split, and keeps the first one, as far as it is to be kept. */
export class MessageReader {
  readonly #kept: Uint8Array
  readonly #sink: BodySink | undefined
  #prefix = new Uint8Array(MESSAGE_PREFIX_BYTES)
  #prefixLength = 0
  /** Of the message under way, after its prefix. */
  #left = 0
  #keptLength = 0
  /** Whole messages. */
  count = 0
  /** One of them was compressed, which nobody had asked for. */
  isCompressed = false

  /** `keptBytesMax`: more of a message is counted, and not kept. `sink` is handed all of it. */
  constructor(keptBytesMax: number, sink?: BodySink) {
    this.#kept = new Uint8Array(keptBytesMax)
    this.#sink = sink
  }

  /** What is kept of the first message. */
  get first(): Uint8Array {
    return this.#kept.subarray(0, this.#keptLength)
  }

  /** Nothing has begun that has not ended. */
  get isWhole(): boolean {
    return this.#prefixLength === 0
  }

  take(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      if (this.#prefixLength < MESSAGE_PREFIX_BYTES) {
        this.#prefix[this.#prefixLength++] = bytes[offset++]!
        if (this.#prefixLength === MESSAGE_PREFIX_BYTES) this.#begin()
        continue
      }
      const piece = bytes.subarray(offset, offset + this.#left)
      this.#keep(piece)
      offset += piece.length
      this.#left -= piece.length
      if (this.#left === 0) this.#end()
    }
  }

  #begin(): void {
    const [flag = 0] = this.#prefix
    if (flag !== 0) this.isCompressed = true
    this.#left = new DataView(this.#prefix.buffer).getUint32(1)
    if (this.#left === 0) this.#end()
  }

  #end(): void {
    this.count++
    this.#prefixLength = 0
  }

  #keep(piece: Uint8Array): void {
    this.#sink?.take(piece)
    if (this.count > 0) return
    const kept = piece.subarray(0, this.#kept.length - this.#keptLength)
    this.#kept.set(kept, this.#keptLength)
    this.#keptLength += kept.length
  }
}
