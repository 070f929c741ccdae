import type { GeneratorReport, LoadRow } from '../../../timeline/generator.ts'
import { Histogram } from '../../../timeline/histogram.ts'
import type { RequestRecord } from '../../../timeline/ledger.ts'
import type { LoadDescription, LoadResult } from '../../../timeline/load-summary.ts'
import { LoadTally } from '../../../timeline/load-tally.ts'
import { isGeneratorOutcome } from '../../../timeline/outcome.ts'
import type { LoadMoment, LoadScene } from '../../load-view.ts'

/** A run that is made up: what is missing is that of an untroubled one. */
export interface MadeUpLoad {
  readonly description?: Partial<LoadDescription>
  readonly requests?: number
  readonly ratePerSecond?: number
  /** What became of some of them, by sequence; the others are answered. */
  readonly records?: Readonly<Record<number, Partial<RequestRecord>>>
  readonly generator?: Partial<GeneratorReport>
}

const STARTED_AT_NS = 5e9
const MS = 1e6
const ANSWER_BYTES = 250
const CONNECTIONS = 16

/** Every fifth request on a connection of its own, the others on 16 in turn. */
export function loadResultOf(load: MadeUpLoad = {}): LoadResult {
  const records = recordsOf(load)
  const tally = new LoadTally(() => true)
  for (const record of records) tally.add(record)
  return {
    description: descriptionOf(load),
    startedAtMs: Date.UTC(2026, 10, 21, 9, 30),
    startedAt: STARTED_AT_NS,
    tally,
    generator: {
      planned: records.length,
      latenessMs: { p50: 0.5, p99: 1.2, max: 3.4 },
      loopDelayMsMax: 4.5,
      connections: {
        opened: records.filter(({ requestsBefore }) => requestsBefore === 0).length,
        reused: records.filter(({ requestsBefore }) => requestsBefore > 0).length,
        closedIdle: 2,
        agedOut: 0,
      },
      addresses: { '10.96.0.10': CONNECTIONS },
      ...load.generator,
    },
  }
}

/** Each second of it, with all that ended until then. */
export function loadMomentsOf(load: MadeUpLoad = {}): LoadMoment[] {
  const description = descriptionOf(load)
  const records = recordsOf(load)
  const seconds = new Set(records.map(secondOf))
  return [...seconds].map((second) => {
    const tally = new LoadTally(() => true)
    for (const record of records) if (secondOf(record) <= second) tally.add(record)
    const row = rowOf(
      second,
      records.filter((record) => secondOf(record) === second),
    )
    return { description, row, tally, elapsedSeconds: second + 1 }
  })
}

/** Shortly before its end. */
export function loadSceneOf(load: MadeUpLoad = {}): LoadScene {
  const { description, tally, startedAt } = loadResultOf(load)
  return {
    description,
    rows: loadMomentsOf(load).map(({ row }) => row),
    tally,
    startedAt,
    elapsedSeconds: 4.2,
    notes: [{ atSeconds: 3.1, text: 'the generator stood still for 52 ms' }],
  }
}

function descriptionOf({ ratePerSecond = 100, requests = 500, description }: MadeUpLoad) {
  return {
    url: 'http://shop.test:8080/cart?full=1',
    protocol: 'http1',
    ...(description?.users === undefined ? { ratePerSecond } : {}),
    connections: CONNECTIONS,
    seconds: requests / ratePerSecond,
    timeoutMs: 5_000,
    workers: 1,
    requests: ['GET /cart?full=1'],
    ...description,
  }
}

function recordsOf(load: MadeUpLoad): RequestRecord[] {
  const { requests = 500, ratePerSecond = 100, records = {} } = load
  return Array.from({ length: requests }, (_, sequence) => {
    const intendedAt = STARTED_AT_NS + (sequence * 1e9) / ratePerSecond
    const isNew = sequence % 5 === 0
    // Between 1 and 5 ms, and every hundredth 40 ms more.
    const workMs = 0.6 + ((sequence * 37) % 100) / 25 + (sequence % 100 === 99 ? 40 : 0)
    const sentAt = intendedAt + (isNew ? 0.9 : 0.4) * MS
    const firstByteAt = sentAt + workMs * MS
    return {
      sequence,
      intendedAt,
      sentAt,
      firstByteAt,
      endedAt: firstByteAt + 0.1 * MS,
      outcome: 'ok',
      lane: isNew ? 'new' : 'reused',
      status: 200,
      connection: sequence + 1,
      localPort: 40_000,
      requestsBefore: isNew || sequence < CONNECTIONS ? 0 : 1,
      template: 0,
      bytesReceived: ANSWER_BYTES,
      idleMs: 0,
      backend: 0,
      detail: 0,
      ...records[sequence],
    }
  })
}

function secondOf({ intendedAt }: RequestRecord): number {
  return Math.floor((intendedAt - STARTED_AT_NS) / 1e9)
}

function rowOf(second: number, records: readonly RequestRecord[]): LoadRow {
  const us = new Histogram()
  for (const { intendedAt, endedAt, outcome } of records) {
    if (outcome === 'ok' || outcome === 'status') us.record((endedAt - intendedAt) / 1_000)
  }
  const count = (matches: (record: RequestRecord) => boolean) => records.filter(matches).length
  const ok = count(({ outcome }) => outcome === 'ok')
  const notSent = count(({ outcome }) => isGeneratorOutcome(outcome))
  return {
    second,
    planned: records.length,
    sent: count(({ sentAt }) => sentAt > 0),
    ok,
    dropped: records.length - ok - notSent,
    notSent,
    connectionsOpen: CONNECTIONS,
    connectionsOpened: count(({ requestsBefore }) => requestsBefore === 0),
    ...(us.count === 0
      ? {}
      : {
          latencyMs: {
            p50: ms(us.percentile(0.5)),
            p99: ms(us.percentile(0.99)),
            max: ms(us.max),
          },
        }),
  }
}

function ms(us: number): number {
  return us / 1_000
}

/** No answer, and why: a connection that ended with the request on it. */
export function lostOn(outcome: 'eof-reused' | 'reset-reused'): Partial<RequestRecord> {
  return {
    outcome,
    lane: 'reused',
    requestsBefore: 12,
    status: 0,
    firstByteAt: 0,
    bytesReceived: 0,
    ...(outcome === 'eof-reused' ? {} : { errno: 'ECONNRESET' }),
  }
}

/** A rollout that went wrong: a second in which some connections ended under their requests, some answered 503. */
export const TROUBLED: MadeUpLoad = {
  records: {
    221: lostOn('eof-reused'),
    222: lostOn('eof-reused'),
    227: lostOn('reset-reused'),
    231: { outcome: 'status', status: 503 },
    236: { outcome: 'status', status: 503 },
  },
}
