import { decodeLedger, type RequestRecord } from '../../timeline/ledger.ts'
import type { Outcome } from '../../timeline/outcome.ts'
import { startLoad } from '../engine.ts'
import type { GeneratorReport, LoadRow } from '../../timeline/generator.ts'
import { constantArrivals, type LoadHandlers, type LoadPlan } from '../plan.ts'
import { PlayedClock, PlayedNetwork, type PlayedServer } from './played-world.ts'

/** What a test changes of a plan; `ratePerSecond` for the usual arrivals, constant and endless. */
export type PlanChanges = Partial<LoadPlan> & {
  readonly port?: number
  readonly ratePerSecond?: number
}

export function planOf(changes: PlanChanges = {}): LoadPlan {
  const { port = 80, ratePerSecond = 100, ...plan } = changes
  return {
    target: { host: '127.0.0.1', port, authority: 'test' },
    requests: [{ method: 'GET', path: '/', headers: {}, weight: 1 }],
    arrivals: constantArrivals(ratePerSecond),
    lanes: [{ lane: 'reused', share: 1, connections: 4 }],
    timeoutMs: 1_000,
    connectTimeoutMs: 500,
    okStatuses: [[200, 399]],
    connectionsMax: 100,
    ...plan,
  }
}

/** Keeps what a generator hands over. */
export class Collected implements LoadHandlers {
  readonly records: RequestRecord[] = []
  readonly rows: LoadRow[] = []
  readonly stallsMs: number[] = []

  onRecords = (records: Uint8Array) => void this.records.push(...decodeLedger(records))
  onRow = (row: LoadRow) => void this.rows.push(row)
  onStall = (stallMs: number) => void this.stallsMs.push(stallMs)

  /** Outcome ids and how often each came. */
  get outcomes(): Partial<Record<Outcome, number>> {
    const counts: Partial<Record<Outcome, number>> = {}
    for (const { outcome } of this.records) counts[outcome] = (counts[outcome] ?? 0) + 1
    return counts
  }
}

/** What every run owes: a record for each planned request and no other, and rows that add up to them. */
export function accountFor(collected: Collected, planned: number): string[] {
  const { records, rows } = collected
  const faults: string[] = []
  const expect = (isTrue: boolean, fault: string) => {
    if (!isTrue) faults.push(fault)
  }
  expect(records.length === planned, `${records.length} records of ${planned} requests`)
  const sequences = new Set(records.map(({ sequence }) => sequence))
  expect(sequences.size === planned, 'sequence numbers come twice')
  const total = (of: (row: LoadRow) => number) => rows.reduce((sum, row) => sum + of(row), 0)
  expect(total((row) => row.planned) === planned, 'rows do not add up to what was planned')
  expect(
    total((row) => row.sent) === records.filter(({ sentAt }) => sentAt > 0).length,
    'rows do not add up to what was sent',
  )
  for (const row of rows) {
    const ended = row.ok + row.dropped + row.notSent
    expect(row.planned === ended, `row ${row.second}: ${ended} ended of ${row.planned}`)
  }
  expect(
    rows.every((row, index) => index === 0 || row.second === rows[index - 1]!.second + 1),
    'seconds are missing between rows',
  )
  return faults
}

/** A generator over a played network. Time passes by `clock.advance`. */
export function playedRun(changes: PlanChanges, server: PlayedServer) {
  const clock = new PlayedClock()
  const network = new PlayedNetwork(clock, server)
  const collected = new Collected()
  const generator = startLoad({ clock, network }, planOf(changes), collected)
  return {
    clock,
    network,
    collected,
    generator,
    start: () => generator.start(),
    /** Stops, lets all deadlines pass, and checks the accounts. */
    async stop(): Promise<GeneratorReport> {
      const stopped = generator.stop()
      clock.advance(10_000)
      const report = await stopped
      const faults = accountFor(collected, report.planned)
      if (faults.length > 0) throw new Error(faults.join('; '))
      return report
    },
  }
}

/** Accepts every connection and answers every request. */
export const ANSWERING: PlayedServer = {
  onConnect: (connection) => connection.accept(),
  onRequest: (connection) => connection.answer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
}
