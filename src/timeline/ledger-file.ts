import { HitlessError } from '../base/error.ts'
import { decodeRecord, isRecord, RECORD_BYTES, type RequestRecord } from './ledger.ts'
import { type LedgerBegin, type LedgerEnd, type LedgerNote, readNote } from './ledger-note.ts'

export type { LedgerBegin, LedgerEnd, LedgerNote }

/** As a little-endian float64 it is about 1e-258: times of records are whole numbers. */
const MARK = Uint8Array.of(0x89, 0x48, 0x4c, 0x45, 0x44, 0x47, 0x52, 0x0a)
/** The mark, and the length of the JSON text. */
const NOTE_HEAD_BYTES = MARK.length + 4
/** A million names of backends would be a longer one; nobody means that. */
const NOTE_BYTES_MAX = 16 * 1024 * 1024
const BLANK = 0x20

export function encodeNote(note: LedgerNote): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(note))
  const bytes = new Uint8Array(wholeRecords(NOTE_HEAD_BYTES + text.length)).fill(BLANK)
  bytes.set(MARK)
  new DataView(bytes.buffer).setUint32(MARK.length, text.length, true)
  bytes.set(text, NOTE_HEAD_BYTES)
  return bytes
}

export interface LedgerHandlers {
  onNote(note: LedgerNote): void
  onRecord(record: RequestRecord): void
}

/** Reads a ledger piece by piece, so that its length does not matter. Throws `bad-ledger` for what is none. */
export class LedgerReader {
  readonly #name: string
  readonly #handlers: LedgerHandlers
  /** What was not yet enough for a record or a note. */
  #rest = new Uint8Array(0)
  #offset = 0
  #hasBegun = false

  /** `name`: of the file, for what is said of it. */
  constructor(name: string, handlers: LedgerHandlers) {
    this.#name = name
    this.#handlers = handlers
  }

  push(bytes: Uint8Array): void {
    const all = joined(this.#rest, bytes)
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength)
    let offset = 0
    while (offset + RECORD_BYTES <= all.length) {
      const length = isMarked(all, offset) ? this.#takeNote(all, offset) : this.#take(view, offset)
      if (length === undefined) break
      offset += length
      this.#offset += length
    }
    this.#rest = all.slice(offset)
  }

  /** At the end of the file; what was cut off in the middle is left out. */
  finish(): void {
    if (!this.#hasBegun) throw this.#bad('it is empty, or no ledger')
  }

  #take(view: DataView, offset: number): number {
    if (!this.#hasBegun) throw this.#bad('it does not begin as one')
    if (!isRecord(view, offset)) throw this.#bad(`there is no record at byte ${this.#offset}`)
    this.#handlers.onRecord(decodeRecord(view, offset))
    return RECORD_BYTES
  }

  /** Undefined where its end has not come yet. */
  #takeNote(bytes: Uint8Array, offset: number): number | undefined {
    const textBytes = new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(
      MARK.length,
      true,
    )
    if (textBytes > NOTE_BYTES_MAX) throw this.#bad(`there is no note at byte ${this.#offset}`)
    const length = wholeRecords(NOTE_HEAD_BYTES + textBytes)
    if (offset + length > bytes.length) return undefined
    const from = offset + NOTE_HEAD_BYTES
    const note = readNote(new TextDecoder().decode(bytes.subarray(from, from + textBytes)))
    if (note === 'unknown') throw this.#bad('it is of a version that is not known here')
    if (note === 'damaged') throw this.#bad(`its note at byte ${this.#offset} is damaged`)
    this.#hasBegun ||= note.kind === 'begin'
    this.#handlers.onNote(note)
    return length
  }

  #bad(why: string): HitlessError {
    return new HitlessError('bad-ledger', `${this.#name} is no ledger that can be read: ${why}`, {
      exitCode: 2,
      hint: 'Name a file that hitless load --output FILE.ledger has written.',
    })
  }
}

function isMarked(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === MARK[0] && MARK.every((byte, index) => bytes[offset + index] === byte)
}

function wholeRecords(bytes: number): number {
  return Math.ceil(bytes / RECORD_BYTES) * RECORD_BYTES
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
