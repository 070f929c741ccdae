import { describe, expect, test } from 'vitest'
import { startLoad } from '../../src/load/engine.ts'
import { ANSWER, LyingServer } from '../../src/load/testing/lying-server.ts'
import {
  accountFor,
  ANSWERING,
  Collected,
  planOf,
  playedRun,
  type PlanChanges,
} from '../../src/load/testing/load-run.ts'
import type { RequestRecord } from '../../src/timeline/ledger.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveNetwork } from '../../src/world/live/network.ts'

/** What comes does not wait for what went: the rate is kept, and a pause is seen by all who came in it. */

const PAUSE_MS = 1_000
const PAUSE_AT_MS = 500

test.each([500, 5_000, 20_000, 60_000])(
  '%i requests a second are sent in each second',
  async (rate) => {
    const seconds = rate > 20_000 ? 1 : 2
    const run = playedRun({ ratePerSecond: rate, durationMs: seconds * 1_000 }, ANSWERING)
    const { startedAt } = await run.start()
    run.clock.advance(seconds * 1_000 + 100)
    const { planned, latenessMs } = await run.stop()
    expect(planned).toBe(rate * seconds)
    expect(run.collected.outcomes).toEqual({ ok: planned })
    const perSecond = Array.from({ length: seconds }, () => 0)
    for (const { sentAt } of run.collected.records) {
      const second = Math.floor((sentAt - startedAt) / 1e9)
      if (second < seconds) perSecond[second]! += 1
    }
    for (const sent of perSecond) expect(Math.abs(sent - rate)).toBeLessThanOrEqual(rate / 1_000)
    expect(latenessMs.p99).toBeLessThan(1.1)
  },
)

/** Seconds that all requests together took, from the given time of each. */
function secondsFrom(
  records: readonly RequestRecord[],
  from: (record: RequestRecord) => number,
): number {
  return records.reduce((sum, record) => sum + (record.endedAt - from(record)) / 1e9, 0)
}

const fromIntended = ({ intendedAt }: RequestRecord) => intendedAt
const fromSent = ({ sentAt }: RequestRecord) => sentAt

/** A server that answers after `answerMs`, but for one second not at all. */
async function playPause(changes: PlanChanges, answerMs = 0): Promise<readonly RequestRecord[]> {
  const held: (() => void)[] = []
  let isPaused = false
  const run = playedRun(
    { timeoutMs: 60_000, connectTimeoutMs: 60_000, connectionsMax: 2_000, ...changes },
    {
      onConnect: (connection) => connection.accept(),
      onRequest: (connection) => {
        const answer = () => connection.answer(ANSWER)
        if (isPaused) held.push(answer)
        else run.clock.after(answerMs, answer)
      },
    },
  )
  await run.start()
  run.clock.after(PAUSE_AT_MS, () => (isPaused = true))
  run.clock.after(PAUSE_AT_MS + PAUSE_MS, () => {
    isPaused = false
    for (const answer of held) answer()
  })
  run.clock.advance(2_000)
  const { planned } = await run.stop()
  expect(run.collected.outcomes).toEqual({ ok: planned })
  return run.collected.records
}

describe('a pause of one second at rate r takes r/2 seconds from all who come in it', () => {
  test.each([
    { rate: 50, connections: 4 },
    { rate: 1_000, connections: 4 },
    { rate: 1_000, connections: 1_000 },
  ])('$rate/s over $connections connections', async ({ rate, connections }) => {
    const records = await playPause({
      ratePerSecond: rate,
      lanes: [{ lane: 'reused', share: 1, connections }],
      connectionsMax: connections,
    })
    // Who comes just as it begins or ends waits for a second more or less.
    expect(Math.abs(secondsFrom(records, fromIntended) - rate / 2)).toBeLessThanOrEqual(1)
  })

  test('counted from the send, as many tools do, only those seem slow that had a connection', async () => {
    const records = await playPause({
      ratePerSecond: 1_000,
      lanes: [{ lane: 'reused', share: 1, connections: 4 }],
      connectionsMax: 4,
    })
    expect(secondsFrom(records, fromSent)).toBeLessThan(5)
  })

  test('in a closed loop nobody comes while all users wait, and so nobody knows', async () => {
    const users = 4
    const records = await playPause({ arrivals: { kind: 'users', users }, durationMs: 2_000 }, 10)
    // In the second of the pause there is one request of each, in the other one a hundred.
    expect(records.length).toBe(users * 101)
    expect(secondsFrom(records, fromIntended) - records.length / 100).toBeLessThan(users + 1)
  })
})

test('a real server that pauses for a second shows it in the same area', async () => {
  const rate = 50
  const clock = liveClock()
  const held: (() => void)[] = []
  const pause = { startedAt: Infinity, endedAt: Infinity }
  const server = new LyingServer(({ socket }) => {
    const answer = () => void socket.write(ANSWER)
    const now = clock.monotonicNs()
    if (now >= pause.startedAt && pause.endedAt === Infinity) held.push(answer)
    else answer()
    return 'ok'
  })
  const collected = new Collected()
  const plan = planOf({
    port: await server.listen(),
    ratePerSecond: rate,
    durationMs: 2_000,
    timeoutMs: 60_000,
    connectTimeoutMs: 60_000,
  })
  const generator = startLoad({ clock, network: liveNetwork() }, plan, collected)
  await generator.start()
  clock.after(PAUSE_AT_MS, () => {
    pause.startedAt = clock.monotonicNs()
    clock.after(PAUSE_MS, () => {
      pause.endedAt = clock.monotonicNs()
      for (const answer of held) answer()
    })
  })
  const { planned } = await generator.finished
  await server.close()
  expect(accountFor(collected, planned)).toEqual([])
  expect(collected.outcomes).toEqual({ ok: 2 * rate })
  const pausedSeconds = (pause.endedAt - pause.startedAt) / 1e9
  const area = secondsFrom(collected.records, fromIntended)
  const expected = (rate / 2) * pausedSeconds ** 2
  // Less than that is a lie at any load; more is what a busy machine adds.
  expect(area).toBeGreaterThan(expected - pausedSeconds)
  expect(area).toBeLessThan(3 * expected)
})
