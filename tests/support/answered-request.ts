import { encodeRecord, RECORD_BYTES, type RequestRecord } from '../../src/timeline/ledger.ts'
import { unsentRequest } from './unsent-request.ts'

/** The record of a request that was sent at its time and had a good answer 2 ms later. */
export function answeredRequest(
  changes: Pick<RequestRecord, 'sequence' | 'intendedAt'> & Partial<RequestRecord>,
): RequestRecord {
  const { intendedAt } = changes
  return {
    ...unsentRequest({ outcome: 'ok' }),
    sentAt: intendedAt,
    firstByteAt: intendedAt + 1e6,
    endedAt: intendedAt + 2e6,
    status: 200,
    connection: 1,
    localPort: 40_000,
    bytesReceived: 321,
    ...changes,
  }
}

/** As a ledger has it. */
export function bytesOfRecord(record: RequestRecord): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES)
  encodeRecord(record, new DataView(bytes.buffer), 0)
  return bytes
}
