import { expect, test } from 'vitest'
import { answeredRequest, bytesOfRecord } from '../../tests/support/answered-request.ts'
import { encodeNote, type LedgerBegin, type LedgerEnd } from '../timeline/ledger-file.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { summarizeLoad } from '../timeline/load-summary.ts'
import { LedgerMerge } from './ledger-merge.ts'

interface Told {
  /** Milliseconds since the epoch at the origin of its clock. */
  readonly originWallMs: number
  readonly url?: string
  /** The run in its request ids. */
  readonly run?: string
  readonly requests?: readonly string[]
  readonly backends?: readonly string[]
  readonly records: readonly Partial<RequestRecord>[]
  readonly isCutOff?: boolean
}

function ledgerOf(told: Told): Uint8Array {
  const { originWallMs, url = 'http://shop.test/', requests = ['GET /'], backends = [], run } = told
  const begin: LedgerBegin = {
    schema: 'hitless.ledger/v1',
    kind: 'begin',
    originWallMs,
    description: {
      url,
      protocol: 'http1',
      ratePerSecond: 100,
      connections: 16,
      timeoutMs: 5_000,
      workers: 1,
      requests,
      ...(run === undefined ? {} : { requestId: { header: 'X-Request-Id', run } }),
    },
    isReplayable: requests.map((request) => request.startsWith('GET')),
  }
  const end: LedgerEnd = {
    schema: 'hitless.ledger/v1',
    kind: 'end',
    startedAt: 0,
    generator: {
      planned: told.records.length,
      latenessMs: { p50: 1, p99: 2, max: 3 },
      loopDelayMsMax: 4,
      connections: { opened: 5, reused: 6, closedIdle: 0, agedOut: 0 },
      backends,
    },
  }
  const records = told.records.map((changes, sequence) =>
    bytesOfRecord(answeredRequest({ sequence, intendedAt: sequence * 10e6, ...changes })),
  )
  const notes = told.isCutOff === true ? [] : [encodeNote(end)]
  return new Uint8Array([encodeNote(begin), ...records, ...notes].flatMap((part) => [...part]))
}

function merged(...ledgers: readonly Told[]) {
  const seen: RequestRecord[] = []
  const merge = new LedgerMerge((record) => void seen.push(record))
  for (const [index, told] of ledgers.entries()) {
    const reader = merge.reader(`${index}.ledger`)
    reader.push(ledgerOf(told))
    reader.finish()
  }
  return { merge, seen, summary: summarizeLoad(merge.result()) }
}

test('times of several generators are put in order by the wall clock', () => {
  const { seen, summary } = merged(
    { originWallMs: 1_700_000_000_500, records: [{}, { outcome: 'reset-reused', status: 0 }] },
    {
      originWallMs: 1_700_000_000_000,
      records: [{ intendedAt: 200e6, outcome: 'not-sent', sentAt: 0, firstByteAt: 0 }],
    },
  )
  expect(seen.map(({ intendedAt, sentAt }) => [intendedAt, sentAt])).toEqual([
    [0, 0],
    [10e6, 10e6],
    [-300e6, 0],
  ])
  expect(summary).toMatchObject({
    startedAt: '2023-11-14T22:13:20.000Z',
    planned: 3,
    ok: 1,
    dropped: 1,
    notSent: 1,
    hiddenByRetry: 1,
    connections: { opened: 10, reused: 12 },
    outages: [{ from: 0.51, to: 0.51, requests: 1, outcomes: { 'reset-reused': 1 } }],
  })
})

test('templates and backends are those of all, each once', () => {
  const { merge, seen, summary } = merged(
    {
      originWallMs: 0,
      requests: ['GET /', 'POST /a'],
      backends: ['web-1', 'web-2'],
      records: [{ template: 1, backend: 2 }, { backend: 1 }],
    },
    {
      originWallMs: 0,
      url: 'http://other.test/',
      requests: ['POST /b', 'GET /'],
      backends: ['web-2'],
      records: [{ template: 0, backend: 1 }, { template: 1 }],
    },
  )
  expect(seen.map(({ template }) => merge.requests[template])).toEqual([
    'POST /a',
    'GET /',
    'POST /b',
    'GET /',
  ])
  expect(summary.backends).toEqual({ 'web-1': 1, 'web-2': 2 })
  expect(merge.begin()).toMatchObject({
    description: {
      url: 'http://shop.test/, http://other.test/',
      ratePerSecond: 200,
      connections: 32,
      workers: 2,
    },
    isReplayable: [true, false, false],
  })
})

test('more requests than a record can number are refused, not mistaken for others', () => {
  const pages = Array.from({ length: 257 }, (_, index) => `GET /${index}`)
  const [one, other, another] = [pages.slice(0, 200), pages.slice(56, 256), pages.slice(57)].map(
    (requests): Told => ({ originWallMs: 0, requests, records: [{}] }),
  )
  expect(merged(one!, other!).merge.requests).toHaveLength(256)
  expect(() => merged(one!, another!)).toThrow('more than 256 different requests')
})

test('each run keeps its name, by which logs are searched', () => {
  const one: Told = { originWallMs: 0, run: 'k3v9x2', records: [{}] }
  const other: Told = { ...one, run: '4ddvch' }
  expect(merged(one, one).merge.begin().description).toMatchObject({
    requestId: { run: 'k3v9x2' },
  })
  const { description } = merged(one, other).merge.begin()
  expect(description.requestId).toBeUndefined()
  expect(description.notes).toEqual([
    'several runs, by their ids: X-Request-Id: k3v9x2-…, X-Request-Id: 4ddvch-…',
  ])
})

test('a ledger that breaks off proves nothing, and says so', () => {
  const { summary } = merged({ originWallMs: 0, records: [{}, {}], isCutOff: true })
  expect(summary).toMatchObject({
    planned: 2,
    generator: {
      impediments: ['0.ledger breaks off after 2 records; how the run went on is not known.'],
    },
  })
})
