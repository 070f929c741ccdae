import { encodeRecord, RECORD_BYTES, type RequestRecord } from '../../timeline/ledger.ts'

const BATCH_RECORDS = 1_024
const BATCH_BYTES = BATCH_RECORDS * RECORD_BYTES
const UINT32_MAX = 0xffff_ffff

/** Encodes records into batches and hands each batch over for good. */
export class LedgerWriter {
  readonly #onBatch: (records: Uint8Array) => void
  #view = new DataView(new ArrayBuffer(BATCH_BYTES))
  #length = 0

  constructor(onBatch: (records: Uint8Array) => void) {
    this.#onBatch = onBatch
  }

  append(record: RequestRecord): void {
    encodeRecord(record, this.#view, this.#length)
    // The field wraps round at 4 GiB; an answer that long is reported as that long.
    if (record.bytesReceived > UINT32_MAX) {
      encodeRecord({ ...record, bytesReceived: UINT32_MAX }, this.#view, this.#length)
    }
    this.#length += RECORD_BYTES
    if (this.#length === BATCH_BYTES) {
      const batch = new Uint8Array(this.#view.buffer)
      this.#view = new DataView(new ArrayBuffer(BATCH_BYTES))
      this.#length = 0
      this.#onBatch(batch)
    }
  }

  /** Hands over what has gathered: a copy, so that a slow trickle of records does not cost a buffer each. */
  flush(): void {
    if (this.#length === 0) return
    const batch = new Uint8Array(this.#view.buffer.slice(0, this.#length))
    this.#length = 0
    this.#onBatch(batch)
  }
}
