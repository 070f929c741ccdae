import type { RequestRecord } from '../../src/timeline/ledger.ts'

/** The record of a request that never left: `changes` says why, and when. */
export function unsentRequest(
  changes: Pick<RequestRecord, 'outcome'> & Partial<RequestRecord>,
): RequestRecord {
  return {
    sequence: 0,
    intendedAt: 0,
    sentAt: 0,
    firstByteAt: 0,
    endedAt: 1,
    lane: 'new',
    status: 0,
    connection: 0,
    localPort: 0,
    requestsBefore: 0,
    template: 0,
    bytesReceived: 0,
    idleMs: 0,
    backend: 0,
    detail: 0,
    ...changes,
  }
}
