import { Buffer } from 'node:buffer'

/**
 * The one buffer into which all connections of a thread are read. The event loop fills it and calls
 * back before it reads anything else, so it is never shared in time. Views of common lengths are kept,
 * so that a read allocates nothing.
 */
export class ReadBuffer {
  readonly bytes = Buffer.allocUnsafeSlow(64 * 1024)
  readonly #views: (Buffer | undefined)[] = Array.from({ length: 4096 }, () => undefined)

  view(length: number): Buffer {
    if (length >= this.#views.length) return this.bytes.subarray(0, length)
    return (this.#views[length] ??= this.bytes.subarray(0, length))
  }
}
