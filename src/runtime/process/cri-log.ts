import { concatenate } from '../../base/concatenate.ts'
import { formatTimestampMs } from '../../base/timestamp.ts'

/** A line longer than this is split, its parts marked P (partial), as containerd does. */
const LINE_BYTES_MAX = 16 * 1024

const NEWLINE = 0x0a
const encoder = new TextEncoder()

/**
 * The output of one stream as lines of the CRI log format, `TIME STREAM TAG CONTENT`
 * (Kubernetes, "CRI logging"): tag F for a whole line, P for a part that the next entry continues.
 */
export class CriLogEncoder {
  readonly #stream: 'stdout' | 'stderr'
  /** What came after the last newline, at most LINE_BYTES_MAX bytes. */
  #rest = new Uint8Array(0)

  constructor(stream: 'stdout' | 'stderr') {
    this.#stream = stream
  }

  /** What came after the last newline; it may be set before anything else comes. */
  get rest(): Uint8Array {
    return this.#rest
  }

  set rest(bytes: Uint8Array<ArrayBuffer>) {
    this.#rest = bytes
  }

  /** Entries for what is complete; the rest is kept. `wallMs` is the time of arrival. */
  add(bytes: Uint8Array, wallMs: number): Uint8Array {
    const text = concatenate([this.#rest, bytes])
    const full = this.#prefix('F', wallMs)
    const partial = this.#prefix('P', wallMs)
    const parts: Uint8Array[] = []
    let start = 0
    while (start < text.length) {
      const newline = text.indexOf(NEWLINE, start)
      const end = newline === -1 ? text.length : newline
      if (end - start > LINE_BYTES_MAX) {
        parts.push(partial, text.subarray(start, start + LINE_BYTES_MAX), NEWLINE_BYTES)
        start += LINE_BYTES_MAX
      } else if (newline === -1) {
        break
      } else {
        parts.push(full, text.subarray(start, newline + 1))
        start = newline + 1
      }
    }
    this.#rest = text.slice(start)
    return concatenate(parts)
  }

  /** The last line, where it had no newline. */
  end(wallMs: number): Uint8Array {
    if (this.#rest.length === 0) return this.#rest
    const entry = concatenate([this.#prefix('F', wallMs), this.#rest, NEWLINE_BYTES])
    this.#rest = new Uint8Array(0)
    return entry
  }

  #prefix(tag: 'F' | 'P', wallMs: number): Uint8Array {
    return encoder.encode(`${formatTimestampNs(wallMs)} ${this.#stream} ${tag} `)
  }
}

const NEWLINE_BYTES = Uint8Array.of(NEWLINE)

/** RFC 3339 with nine decimals; a wall clock in milliseconds knows the first six. */
function formatTimestampNs(wallMs: number): string {
  const micros = Math.floor((wallMs % 1) * 1_000)
  return formatTimestampMs(Math.floor(wallMs)).replace(
    'Z',
    `${String(micros).padStart(3, '0')}000Z`,
  )
}

/** The last `bytesMax` bytes of a stream of bytes. */
export class OutputTail {
  readonly #bytesMax: number
  #tail = new Uint8Array(0)

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  add(bytes: Uint8Array): void {
    const recent = bytes.subarray(-this.#bytesMax)
    this.#tail = concatenate([this.#tail, recent]).slice(-this.#bytesMax)
  }

  /** Bytes of a character that was cut in two show as U+FFFD. */
  text(): string {
    return new TextDecoder().decode(this.#tail)
  }
}
