import { expect, test } from 'vitest'
import { ANSWERING, playedRun } from '../testing/load-run.ts'
import type { PlayedConnection } from '../testing/played-world.ts'

const answered = (connection: PlayedConnection, headers = '') =>
  connection.answer(`HTTP/1.1 200 OK\r\n${headers}Content-Length: 0\r\n\r\n`)

test('all connections of the lane are opened, and then used in turn', async () => {
  const run = playedRun({}, ANSWERING)
  await run.start()
  run.clock.advance(995)
  const report = await run.stop()
  expect(run.network.connections.map(({ requests }) => requests.length)).toEqual([25, 25, 25, 25])
  const order = run.collected.records.map(({ connection }) => connection)
  expect(order.slice(0, 12)).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
  expect(report.connections).toMatchObject({ opened: 4, reused: 96, closedIdle: 0 })
})

test('a record says how many requests its connection had carried', async () => {
  const run = playedRun({ lanes: [{ lane: 'reused', share: 1, connections: 1 }] }, ANSWERING)
  await run.start()
  run.clock.advance(25)
  await run.stop()
  expect(run.collected.records.map(({ requestsBefore }) => requestsBefore)).toEqual([0, 1, 2])
  expect(run.collected.records.map(({ localPort }) => localPort)).toEqual([40_001, 40_001, 40_001])
})

test('a connection that announces its end is not used again', async () => {
  const run = playedRun(
    {},
    {
      onConnect: (connection) => connection.accept(),
      onRequest(connection) {
        const isLast = connection.requests.length === 3
        answered(connection, isLast ? 'Connection: close\r\n' : '')
        if (isLast) connection.fin()
      },
    },
  )
  await run.start()
  run.clock.advance(995)
  const report = await run.stop()
  expect(run.collected.outcomes).toEqual({ ok: 100 })
  expect(Math.max(...run.network.connections.map(({ requests }) => requests.length))).toBe(3)
  expect(report.connections.closedIdle).toBe(0)
})

test('a connection that was closed with nothing in flight is replaced, and is no outcome', async () => {
  const run = playedRun({}, ANSWERING)
  await run.start()
  run.clock.advance(98)
  for (const connection of run.network.connections) connection.fin()
  run.clock.advance(100)
  const report = await run.stop()
  expect(run.collected.outcomes).toEqual({ ok: report.planned })
  expect(report.connections).toMatchObject({ opened: 8, closedIdle: 4 })
  const fresh = run.collected.records.filter(({ requestsBefore }) => requestsBefore === 0)
  expect(fresh.map(({ connection }) => connection)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('bytes that nobody asked for end the connection, and no request', async () => {
  const run = playedRun({ lanes: [{ lane: 'reused', share: 1, connections: 1 }] }, ANSWERING)
  await run.start()
  run.clock.advance(5)
  run.network.connections[0]!.answer('HTTP/1.1 408 Request Timeout\r\n\r\n')
  run.clock.advance(10)
  const report = await run.stop()
  expect(run.collected.outcomes).toEqual({ ok: report.planned })
  expect(run.network.connections[0]!.wasReset).toBe(true)
  expect(report.connections).toMatchObject({ faulted: 1, closedIdle: 0, opened: 2 })
})

test('a free connection that is too old is closed and replaced', async () => {
  const run = playedRun(
    { lanes: [{ lane: 'reused', share: 1, connections: 2, connectionAgeMsMax: 100 }] },
    ANSWERING,
  )
  await run.start()
  run.clock.advance(1_000)
  const report = await run.stop()
  expect(run.collected.outcomes).toEqual({ ok: report.planned })
  expect(report.connections.agedOut).toBeGreaterThan(14)
  expect(report.connections.opened).toBeGreaterThanOrEqual(report.connections.agedOut)
})

test('while all are busy others are opened, and closed when they are free and too many', async () => {
  const run = playedRun(
    { ratePerSecond: 1_000 },
    {
      onConnect: (connection) => connection.accept(),
      onRequest: (connection) => void run.clock.after(20, () => answered(connection)),
    },
  )
  await run.start()
  run.clock.advance(100)
  const open = run.network.connections.filter(({ hasEnded }) => !hasEnded)
  expect(open.length).toBeGreaterThan(15)
  expect(open.length).toBeLessThan(30)
  const report = await run.stop()
  expect(run.collected.outcomes).toEqual({ ok: report.planned })
})

test('a burst after a pause of ours does not become a storm of connections', async () => {
  const run = playedRun(
    { ratePerSecond: 1_000, connectionsMax: 1_000 },
    {
      onConnect: (connection) => connection.accept(),
      onRequest: (connection) => void run.clock.after(0.5, () => answered(connection)),
    },
  )
  await run.start()
  run.clock.advance(100)
  run.clock.stall(300)
  run.clock.advance(100)
  const report = await run.stop()
  expect(run.collected.outcomes).toEqual({ ok: report.planned })
  expect(report.connections.opened).toBeLessThan(120)
})

test('requests that waited are sent first come, first served, by whatever becomes free', async () => {
  const run = playedRun(
    { connectionsMax: 4, ratePerSecond: 1_000 },
    {
      onConnect: (connection) => connection.accept(),
      onRequest: (connection) => void run.clock.after(10, () => answered(connection)),
    },
  )
  await run.start()
  run.clock.advance(100)
  await run.stop()
  const { records } = run.collected
  const bySent = records.toSorted((a, b) => a.sentAt - b.sentAt || a.sequence - b.sequence)
  expect(bySent.map(({ sequence }) => sequence)).toEqual(records.map((_, index) => index))
})

test('a new lane has a connection for each request, and says so to the server', async () => {
  const run = playedRun(
    { lanes: [{ lane: 'new', share: 1 }] },
    {
      onConnect: (connection) => connection.accept(),
      onRequest(connection) {
        answered(connection, 'Connection: close\r\n')
        connection.fin()
      },
    },
  )
  await run.start()
  run.clock.advance(95)
  const report = await run.stop()
  expect(report.connections).toMatchObject({ opened: 10, reused: 0, closedIdle: 0 })
  for (const { requests } of run.network.connections) {
    expect(requests).toEqual(['GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n'])
  }
})
