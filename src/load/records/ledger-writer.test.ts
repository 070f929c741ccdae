import { expect, test } from 'vitest'
import { decodeLedger } from '../../timeline/ledger.ts'
import { LedgerWriter } from './ledger-writer.ts'
import { PlannedRequest } from '../planned-request.ts'

function write(count: number, change: (request: PlannedRequest) => void = () => undefined) {
  const batches: Uint8Array[] = []
  const writer = new LedgerWriter((records) => void batches.push(records))
  const request = new PlannedRequest()
  for (let sequence = 0; sequence < count; sequence++) {
    request.sequence = sequence
    change(request)
    writer.append(request)
  }
  writer.flush()
  writer.flush()
  return batches
}

test('every record is handed over once, in order, though one object served them all', () => {
  const batches = write(2_500)
  expect(batches.map((batch) => batch.length / 64)).toEqual([1_024, 1_024, 452])
  const sequences = batches.flatMap((batch) => decodeLedger(batch).map(({ sequence }) => sequence))
  expect(sequences).toEqual(Array.from({ length: 2_500 }, (_, index) => index))
})

test('a batch that was handed over does not change any more', () => {
  const batches: Uint8Array[] = []
  const writer = new LedgerWriter((records) => void batches.push(records))
  const request = new PlannedRequest()
  writer.append(request)
  writer.flush()
  request.sequence = 7
  writer.append(request)
  expect(decodeLedger(batches[0]!)[0]?.sequence).toBe(0)
})

test('an answer of more than 4 GiB is reported as that long, not as what is left over', () => {
  const [batch] = write(1, (request) => (request.bytesReceived = 2 ** 32 + 5))
  expect(decodeLedger(batch!)[0]?.bytesReceived).toBe(2 ** 32 - 1)
})
