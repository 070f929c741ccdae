import { expect, test } from 'vitest'
import { ANSWERING, playedRun } from '../testing/load-run.ts'

test('connections rest for a time of their own before they carry the next request', async () => {
  const run = playedRun(
    {
      ratePerSecond: 100,
      lanes: [{ lane: 'idle', share: 1, connections: 1_000, idleMs: [1_000, 5_000] }],
      connectionsMax: 1_000,
    },
    ANSWERING,
  )
  await run.start()
  run.clock.advance(20_000)
  await run.stop()
  const rests = run.collected.records.flatMap(({ idleMs, requestsBefore }) =>
    requestsBefore > 0 ? [idleMs] : [],
  )
  expect(rests.length).toBeGreaterThan(1_000)
  // A rest ends with a slot after it: the next one, unless others have rested too.
  expect(Math.min(...rests)).toBeGreaterThanOrEqual(1_000)
  expect(Math.max(...rests)).toBeLessThan(5_100)
  const [low, high] = [rests.filter((ms) => ms < 2_236), rests.filter((ms) => ms >= 2_236)]
  expect(low.length / high.length).toBeGreaterThan(0.8)
  expect(low.length / high.length).toBeLessThan(1.25)
})

test('when there are as many connections as there may be, the one nearest to its end is taken', async () => {
  const run = playedRun(
    {
      ratePerSecond: 10,
      lanes: [{ lane: 'idle', share: 1, connections: 2, idleMs: [10_000, 20_000] }],
    },
    ANSWERING,
  )
  await run.start()
  run.clock.advance(5_000)
  const report = await run.stop()
  expect(report.connections.opened).toBe(2)
  expect(run.collected.outcomes).toEqual({ ok: report.planned })
})

test('a connection that was closed while it rested is no drop, and is replaced', async () => {
  const run = playedRun(
    {
      ratePerSecond: 10,
      lanes: [{ lane: 'idle', share: 1, connections: 10, idleMs: [500, 900] }],
    },
    {
      ...ANSWERING,
      onRequest: (connection) => {
        connection.answer('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
        run.clock.after(200, () => connection.fin())
      },
    },
  )
  await run.start()
  run.clock.advance(3_000)
  const report = await run.stop()
  expect(run.collected.outcomes).toEqual({ ok: report.planned })
  expect(report.connections.opened).toBe(report.planned)
  expect(report.connections.closedIdle).toBeGreaterThan(report.planned - 3)
})

test('a connection that has carried as many requests as it may is replaced', async () => {
  const run = playedRun(
    { lanes: [{ lane: 'reused', share: 1, connections: 1, connectionRequestsMax: 5 }] },
    ANSWERING,
  )
  await run.start()
  run.clock.advance(990)
  const report = await run.stop()
  const before = run.collected.records.map(({ requestsBefore }) => requestsBefore)
  expect(Math.max(...before)).toBe(4)
  expect(report.connections.opened).toBe(Math.ceil(report.planned / 5))
})

test('without a number there are as many connections as rests of 1 to 75 seconds need', async () => {
  const run = playedRun(
    { ratePerSecond: 100, lanes: [{ lane: 'idle', share: 1 }], connectionsMax: 10_000 },
    ANSWERING,
  )
  await run.start()
  run.clock.advance(100_000)
  await run.stop()
  const rests = run.collected.records.flatMap(({ idleMs, requestsBefore }) =>
    requestsBefore > 0 ? [idleMs] : [],
  )
  expect(Math.min(...rests)).toBeGreaterThanOrEqual(1_000)
  expect(Math.max(...rests)).toBeGreaterThan(70_000)
  expect(Math.max(...rests)).toBeLessThan(76_000)
})
