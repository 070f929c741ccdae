import { describe, expect, test } from 'vitest'
import { answeredRequest, bytesOfRecord } from '../../tests/support/answered-request.ts'
import { encodeNote, type LedgerBegin, type LedgerEnd, LedgerReader } from './ledger-file.ts'
import { CSV_HEAD, csvLine, ndjsonLine } from './ledger-rows.ts'
import { RECORD_BYTES, type RequestRecord } from './ledger.ts'

const BEGIN: LedgerBegin = {
  schema: 'hitless.ledger/v1',
  kind: 'begin',
  originWallMs: 1_700_000_000_000,
  description: {
    url: 'http://shop.test/',
    protocol: 'http1',
    ratePerSecond: 100,
    connections: 16,
    timeoutMs: 5_000,
    workers: 1,
    requests: ['GET /', 'POST /say,"this"'],
  },
  isReplayable: [true, false],
}

const END: LedgerEnd = {
  schema: 'hitless.ledger/v1',
  kind: 'end',
  startedAt: 1e9,
  generator: {
    planned: 3,
    latenessMs: { p50: 0, p99: 1, max: 2 },
    loopDelayMsMax: 3,
    connections: { opened: 1, reused: 2, closedIdle: 0, agedOut: 0 },
    backends: ['web-1'],
  },
}

function recordOf(sequence: number, changes: Partial<RequestRecord> = {}): RequestRecord {
  const intendedAt = 1e9 + sequence * 10e6
  return answeredRequest({
    sequence,
    intendedAt,
    sentAt: intendedAt + 100_000,
    firstByteAt: intendedAt + 1_500_400,
    lane: 'reused',
    requestsBefore: sequence,
    backend: 1,
    ...changes,
  })
}

const RECORDS = [0, 1, 2].map((sequence) => recordOf(sequence))
const WHOLE = concat([encodeNote(BEGIN), ...RECORDS.map(bytesOfRecord), encodeNote(END)])

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]))
}

function read(bytes: Uint8Array, step = bytes.length): readonly unknown[] {
  const seen: unknown[] = []
  const reader = new LedgerReader('x.ledger', {
    onNote: (note) => void seen.push(note),
    onRecord: (record) => void seen.push(record),
  })
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step))
  reader.finish()
  return seen
}

describe('a ledger on disk', () => {
  test.each([1, 7, 63, 64, 65, 1_000, 100_000])('comes back in pieces of %i bytes', (step) => {
    expect(read(WHOLE, step)).toEqual([BEGIN, ...RECORDS, END])
  })

  test('is read as far as it goes, wherever it was cut off behind its beginning', () => {
    const beginBytes = encodeNote(BEGIN).length
    for (let length = beginBytes; length < WHOLE.length; length += 13) {
      const whole = Math.min(3, Math.floor((length - beginBytes) / RECORD_BYTES))
      expect(read(WHOLE.subarray(0, length))).toEqual([BEGIN, ...RECORDS.slice(0, whole)])
    }
  })

  test('may follow another in one file', () => {
    expect(read(concat([WHOLE, WHOLE]))).toEqual([BEGIN, ...RECORDS, END, BEGIN, ...RECORDS, END])
  })

  const damaged = WHOLE.slice()
  damaged[encodeNote(BEGIN).length + RECORD_BYTES + 52] = 255
  const future = encodeNote(JSON.parse('{"schema":"hitless.ledger/v9","kind":"begin"}'))
  const rows: readonly (readonly [string, Uint8Array, string])[] = [
    ['nothing', new Uint8Array(0), 'it is empty, or no ledger'],
    ['an odd few bytes', new Uint8Array(10), 'it is empty, or no ledger'],
    ['records alone', bytesOfRecord(recordOf(0)), 'it does not begin as one'],
    ['a text', new TextEncoder().encode('x'.repeat(200)), 'it does not begin as one'],
    ['a damaged record', damaged, `there is no record at byte ${encodeNote(BEGIN).length + 64}`],
    ['a later version', future, 'it is of a version that is not known here'],
  ]
  test.each(rows)('is not %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({
        code: 'bad-ledger',
        exitCode: 2,
        message: expect.stringContaining(message),
      }),
    )
  })
})

describe('a record in words', () => {
  const context = { originWallMs: BEGIN.originWallMs, requests: BEGIN.description.requests }

  test('is one object a line', () => {
    expect(JSON.parse(ndjsonLine(recordOf(2), context))).toEqual({
      sequence: 2,
      intended: '2023-11-14T22:13:21.020000Z',
      sentMs: 0.1,
      firstByteMs: 1.5,
      endMs: 2,
      outcome: 'ok',
      status: 200,
      errno: '',
      lane: 'reused',
      connection: 1,
      localPort: 40_000,
      requestsBefore: 2,
      request: 'GET /',
      bytes: 321,
      idleMs: 0,
      backend: 1,
      detail: 0,
    })
  })

  test('is a line of a table, where a request that was never sent has gaps', () => {
    const lost = recordOf(0, {
      intendedAt: 1e9 + 1_234_567,
      sentAt: 0,
      firstByteAt: 0,
      endedAt: 1e9 + 2_234_567,
      outcome: 'connect-refused',
      errno: 'ECONNREFUSED',
      status: 0,
      template: 1,
    })
    expect(CSV_HEAD).toMatch(/^sequence,intended,sentMs,.*,detail\n$/)
    expect(csvLine(lost, context)).toBe(
      '0,2023-11-14T22:13:21.001235Z,,,1,connect-refused,0,ECONNREFUSED,reused,1,40000,0,' +
        '"POST /say,""this""",321,0,1,0\n',
    )
  })
})

function readNotes(...parts: readonly Uint8Array[]): readonly unknown[] {
  const notes: unknown[] = []
  const reader = new LedgerReader('run.ledger', {
    onNote: (note) => void notes.push(note),
    onRecord: () => undefined,
  })
  for (const part of parts) reader.push(part)
  return notes
}

/** A note of this version with other fields. */
function noteWith(note: object, changes: object): Uint8Array {
  return encodeNote(JSON.parse(JSON.stringify({ ...note, ...changes })))
}

describe('a ledger that somebody has damaged', () => {
  test.each([
    [{ description: undefined }],
    [{ description: { ...BEGIN.description, requests: 'GET /' } }],
    [{ description: { ...BEGIN.description, url: 5 } }],
    [{ isReplayable: undefined }],
    [{ originWallMs: 1e300 }],
  ])('is refused where its begin has %j', (changes) => {
    expect(() => readNotes(noteWith(BEGIN, changes))).toThrow('its note at byte 0 is damaged')
  })

  test.each([
    [{ startedAt: 1e300 }],
    [{ generator: undefined }],
    [{ generator: { ...END.generator, latenessMs: {} } }],
    [{ generator: { ...END.generator, connections: undefined } }],
    [{ generator: { ...END.generator, backends: [5] } }],
  ])('is refused where its end has %j', (changes) => {
    expect(() => readNotes(encodeNote(BEGIN), noteWith(END, changes))).toThrow('is damaged')
  })

  test.each([Number.NaN, Infinity, -1e300])('is refused where a time is %d', (intendedAt) => {
    const bytes = bytesOfRecord(recordOf(0, { intendedAt }))
    expect(() => readNotes(encodeNote(BEGIN), bytes)).toThrow('there is no record at byte')
  })

  test('tells a terminal nothing that it would obey', () => {
    const description = { ...BEGIN.description, url: 'http://shop.test/\u001B]0;title\u0007' }
    expect(readNotes(noteWith(BEGIN, { description }))).toMatchObject([
      { description: { url: 'http://shop.test/\uFFFD]0;title\uFFFD' } },
    ])
  })
})
