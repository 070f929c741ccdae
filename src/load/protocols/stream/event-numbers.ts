import type { SequenceCheck } from '../../records/sequence-check.ts'
import type { BodySink } from '../http1/response-sink.ts'

/** Of a line, as many bytes as a number and its field name can have. */
const LINE_BYTES_MAX = 32
const CR = 13
const LF = 10
/** More digits than these are no number that can be counted with. */
const ID_LINE = /^id: ?(\d{1,15})$/

/** Reads an event stream (HTML, section 9.2.6) for the numbers in its `id` fields; what else it says is skipped. */
export class EventNumbers implements BodySink {
  readonly #check: SequenceCheck
  /** The beginning of the line under way, and how long it is in all. */
  readonly #line = new Uint8Array(LINE_BYTES_MAX)
  #length = 0
  #wasCr = false
  /** Of the event under way. */
  #number: number | undefined

  constructor(check: SequenceCheck) {
    this.#check = check
  }

  take(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const wasCr = this.#wasCr
      this.#wasCr = byte === CR
      if (byte === LF && wasCr) continue
      if (byte === LF || byte === CR) this.#endLine()
      else {
        if (this.#length < LINE_BYTES_MAX) this.#line[this.#length] = byte
        this.#length++
      }
    }
  }

  #endLine(): void {
    const length = this.#length
    this.#length = 0
    if (length === 0) {
      // An empty line ends an event.
      if (this.#number !== undefined) this.#check.take(this.#number)
      this.#number = undefined
    } else if (length <= LINE_BYTES_MAX) {
      const line = String.fromCharCode(...this.#line.subarray(0, length))
      const digits = ID_LINE.exec(line)?.[1]
      if (digits !== undefined) this.#number = Number(digits)
    }
  }
}
