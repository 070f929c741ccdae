import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LANES, RECORD_BYTES, type RequestRecord, decodeLedger, encodeRecord } from './ledger.ts'
import { OUTCOMES } from './outcome.ts'

const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const uint16 = fc.integer({ min: 0, max: 0xffff })
const record: fc.Arbitrary<RequestRecord> = fc.record(
  {
    sequence: uint32,
    intendedAt: time,
    sentAt: time,
    firstByteAt: time,
    endedAt: time,
    outcome: fc.constantFrom(...OUTCOMES),
    lane: fc.constantFrom(...LANES),
    status: uint16,
    errno: fc.constantFrom('ECONNREFUSED', 'EPIPE', 'OTHER'),
    connection: uint32,
    localPort: uint16,
    requestsBefore: uint32,
    template: fc.integer({ min: 0, max: 255 }),
    bytesReceived: uint32,
    idleMs: uint32,
    backend: uint16,
    detail: uint16,
  },
  {
    requiredKeys: [
      'sequence',
      'intendedAt',
      'sentAt',
      'firstByteAt',
      'endedAt',
      'outcome',
      'lane',
      'status',
      'connection',
      'localPort',
      'requestsBefore',
      'template',
      'bytesReceived',
      'idleMs',
      'backend',
      'detail',
    ],
  },
)

function encode(records: readonly RequestRecord[]): Uint8Array {
  const bytes = new Uint8Array(records.length * RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  for (const [index, record] of records.entries()) encodeRecord(record, view, index * RECORD_BYTES)
  return bytes
}

test('every record comes back from the ledger as it went in', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      expect(decodeLedger(encode(records))).toEqual(records)
    }),
  )
})

test('a record that was cut short is left out, the whole ones before it stay', () => {
  fc.assert(
    fc.property(record, record, fc.integer({ min: 1, max: RECORD_BYTES - 1 }), (a, b, cut) => {
      expect(decodeLedger(encode([a, b]).subarray(0, 2 * RECORD_BYTES - cut))).toEqual([a])
    }),
  )
})

test('an errno that the ledger cannot name is kept as OTHER', () => {
  const [odd] = fc.sample(record, 1)
  expect(odd).toBeDefined()
  if (odd === undefined) return
  expect(decodeLedger(encode([{ ...odd, errno: 'EXOTIC' }]))[0]?.errno).toBe('OTHER')
})
