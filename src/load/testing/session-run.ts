import { expect } from 'vitest'
import type { GeneratorReport } from '../../timeline/generator.ts'
import type { RequestRecord } from '../../timeline/ledger.ts'
import { liveClock } from '../../world/live/clock.ts'
import { liveNetwork } from '../../world/live/network.ts'
import { liveWebSocketKeys } from '../../world/live/websocket-keys.ts'
import { startLoad } from '../engine.ts'
import { accountFor, Collected, planOf, type PlanChanges } from './load-run.ts'

export interface SessionRun {
  readonly report: GeneratorReport
  readonly records: readonly RequestRecord[]
  /** `ok`, `status 503`, `ws-closed 1012`: outcome and what it says beside, with how often it came. */
  readonly ends: Readonly<Record<string, number>>
}

/** Holds sessions against a real server, until so many have ended, and checks the accounts. */
export async function runSessions(changes: PlanChanges): Promise<SessionRun> {
  const world = {
    clock: liveClock(),
    network: liveNetwork(),
    webSocketKeys: liveWebSocketKeys(),
  }
  const collected = new Collected()
  const plan = planOf({
    arrivals: { kind: 'users', users: 1 },
    lanes: [{ lane: 'long', share: 0, sessions: 1, sessionMs: 60 }],
    requestsMax: 1,
    timeoutMs: 5_000,
    ...changes,
  })
  const generator = startLoad(world, plan, collected)
  await generator.start()
  const report = await generator.finished
  expect(accountFor(collected, report.planned)).toEqual([])
  const ends: Record<string, number> = {}
  for (const record of collected.records) {
    const name = endOf(record)
    ends[name] = (ends[name] ?? 0) + 1
  }
  return { report, records: collected.records, ends }
}

function endOf({ outcome, status, detail }: RequestRecord): string {
  if (outcome === 'status') return `status ${status}`
  return outcome === 'ok' || detail === 0 ? outcome : `${outcome} ${detail}`
}
