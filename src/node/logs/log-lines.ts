import { concatenate } from '../../base/concatenate.ts'
import { parseTimestamp } from '../../base/timestamp.ts'

const NEWLINE = 0x0a
const SPACE = 0x20

/** Of an entry without an end; a container runtime's are at most 16 KiB long. */
const ENTRY_BYTES_MAX = 128 * 1024

export interface LogLinesOptions {
  readonly timestamps: boolean
  readonly sinceMs?: number
  readonly limitBytes?: number
}

/**
 * What a reader of a log is shown of its entries, `TIME STREAM TAG CONTENT` each (Kubernetes, "CRI logging"): the content,
 * parts of a line joined again, up to the limit.
 */
export class LogLines {
  readonly #options: LogLinesOptions
  #rest: Uint8Array = new Uint8Array(0)
  #isLineStart = true
  #left: number

  constructor(options: LogLinesOptions) {
    this.#options = options
    this.#left = options.limitBytes ?? Infinity
  }

  /** Nothing more is shown. */
  get isFull(): boolean {
    return this.#left <= 0
  }

  add(bytes: Uint8Array): Uint8Array {
    const text = concatenate([this.#rest, bytes])
    const parts: Uint8Array[] = []
    let start = 0
    for (;;) {
      const newline = text.indexOf(NEWLINE, start)
      if (newline === -1) break
      this.#addEntry(text.subarray(start, newline + 1), parts)
      start = newline + 1
    }
    this.#rest = text.slice(start, start + ENTRY_BYTES_MAX)
    const shown = concatenate(parts).subarray(0, this.#left)
    this.#left -= shown.length
    return shown
  }

  /** What is not in the format is left out, as the kubelet does. */
  #addEntry(entry: Uint8Array, parts: Uint8Array[]): void {
    const afterTime = entry.indexOf(SPACE)
    const afterStream = entry.indexOf(SPACE, afterTime + 1)
    const afterTag = entry.indexOf(SPACE, afterStream + 1)
    if (afterTime < 1 || afterStream === -1 || afterTag === -1) return
    const time = decoder.decode(entry.subarray(0, afterTime))
    const isPartial = decoder.decode(entry.subarray(afterStream + 1, afterTag)).startsWith('P')
    const { sinceMs, timestamps } = this.#options
    if (sinceMs !== undefined && (parseTimestamp(time) ?? 0) < sinceMs) return
    if (timestamps && this.#isLineStart) parts.push(encoder.encode(`${time} `))
    const content = entry.subarray(afterTag + 1)
    parts.push(isPartial ? content.subarray(0, -1) : content)
    this.#isLineStart = !isPartial
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** How far from its end the last `count` lines of a piece begin; undefined when it has not as many line ends. */
export class TailSearch {
  #left: number

  constructor(count: number) {
    // The newline at the very end ends the last line; the one before the first line is looked for.
    this.#left = count + 1
  }

  /** The place in this piece, which comes right before those given earlier. */
  addBefore(piece: Uint8Array): number | undefined {
    let at = piece.length
    while (this.#left > 0) {
      at = at === 0 ? -1 : piece.lastIndexOf(NEWLINE, at - 1)
      if (at === -1) return undefined
      this.#left -= 1
    }
    return at + 1
  }
}
