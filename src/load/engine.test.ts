import { describe, expect, test } from 'vitest'
import { ANSWERING, playedRun } from './testing/load-run.ts'

describe('the plan is kept to the slot', () => {
  test('every slot up to the stop is planned, sent and recorded once', async () => {
    const run = playedRun({ ratePerSecond: 200 }, ANSWERING)
    await run.start()
    run.clock.advance(3_500)
    const report = await run.stop()
    expect(report.planned).toBe(701)
    expect(run.collected.outcomes).toEqual({ ok: 701 })
    expect(run.collected.rows.map(({ planned }) => planned)).toEqual([200, 200, 200, 101])
  })

  test('requests are recorded at their slot, with the latency from there', async () => {
    const run = playedRun({ ratePerSecond: 10 }, ANSWERING)
    const { startedAt } = await run.start()
    run.clock.advance(1_000)
    await run.stop()
    const intended = run.collected.records.map(({ intendedAt }) => intendedAt - startedAt)
    expect(intended.slice(0, 3)).toEqual([0, 100e6, 200e6])
  })

  test('lanes and templates have their exact shares, each template in each lane', async () => {
    const template = { method: 'GET', headers: {} }
    const run = playedRun(
      {
        lanes: [
          { lane: 'new', share: 0.2 },
          { lane: 'reused', share: 0.8, connections: 4 },
        ],
        requests: [
          { ...template, path: '/often', weight: 3 },
          { ...template, path: '/rarely', weight: 1 },
        ],
      },
      ANSWERING,
    )
    await run.start()
    run.clock.advance(9_995)
    await run.stop()
    const count = (lane: string, template: number) =>
      run.collected.records.filter((row) => row.lane === lane && row.template === template).length
    expect([count('new', 0), count('new', 1)]).toEqual([150, 50])
    expect([count('reused', 0), count('reused', 1)]).toEqual([600, 200])
  })

  test('a row comes when all of its records are there', async () => {
    const run = playedRun({ ratePerSecond: 100 }, ANSWERING)
    const { rows, records } = run.collected
    const recordsAtRow: number[] = []
    run.collected.onRow = (row) => {
      rows.push(row)
      recordsAtRow.push(records.length)
    }
    await run.start()
    run.clock.advance(2_500)
    await run.stop()
    const needed = rows.map(
      ({ second }) => records.filter((record) => record.sequence < 100 * (second + 1)).length,
    )
    expect(recordsAtRow.map((there, index) => there >= needed[index]!)).toEqual([true, true, true])
    expect(needed).toEqual([100, 200, 251])
  })

  test('rows wait for the last request of their second, and come in order', async () => {
    const run = playedRun(
      { ratePerSecond: 10, timeoutMs: 3_000 },
      {
        onConnect: (connection) => connection.accept(),
        onRequest: (connection) => {
          const answer = () => connection.answer('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
          run.clock.after(1_500, answer)
        },
      },
    )
    await run.start()
    run.clock.advance(2_300)
    expect(run.collected.rows).toEqual([])
    run.clock.advance(300)
    expect(run.collected.rows.map(({ second, ok }) => [second, ok])).toEqual([[0, 10]])
    await run.stop()
  })
})

describe('a generator that was late', () => {
  test('finds its slots where the plan put them, and reports its lateness', async () => {
    const run = playedRun({}, ANSWERING)
    await run.start()
    run.clock.advance(500)
    run.clock.stall(300)
    run.clock.advance(700)
    const report = await run.stop()
    expect(report.planned).toBe(151)
    expect(run.collected.stallsMs).toHaveLength(1)
    expect(run.collected.stallsMs[0]).toBeGreaterThan(250)
    expect(report.loopDelayMsMax).toBe(run.collected.stallsMs[0])
    expect(report.latenessMs.max).toBeGreaterThan(250)
    const slots = run.collected.records.map(({ intendedAt }) => (intendedAt - 1e9) / 10e6)
    expect(slots.sort((a, b) => a - b)).toEqual(slots.map((_, index) => index))
  })

  test('reads what lies in its sockets before it calls a request timed out', async () => {
    const run = playedRun(
      { ratePerSecond: 1 },
      {
        onConnect: (connection) => connection.accept(),
        onRequest: (connection) => {
          run.clock.stall(1_500)
          const answer = () => connection.answer('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
          run.clock.after(0, answer)
        },
      },
    )
    await run.start()
    run.clock.advance(100)
    await run.stop()
    expect(run.collected.outcomes).toEqual({ ok: run.collected.records.length })
  })

  test('sees that a connection was closed before it uses it', async () => {
    const run = playedRun(
      { lanes: [{ lane: 'reused', share: 1, connections: 1 }], connectionsMax: 1 },
      ANSWERING,
    )
    await run.start()
    run.clock.advance(55)
    run.clock.stall(200)
    run.clock.after(0, () => run.network.connections[0]!.fin())
    run.clock.advance(100)
    const report = await run.stop()
    expect(run.collected.outcomes).toEqual({ ok: report.planned })
    expect(report.connections).toMatchObject({ opened: 2, closedIdle: 1 })
  })

  test('does not send what could not be answered in time any more', async () => {
    const run = playedRun({}, ANSWERING)
    await run.start()
    run.clock.advance(105)
    run.clock.stall(3_000)
    run.clock.advance(100)
    const report = await run.stop()
    const { ok = 0, 'not-sent': notSent = 0 } = run.collected.outcomes
    expect(ok + notSent).toBe(report.planned)
    expect(notSent).toBeGreaterThan(190)
  })
})

describe('time that runs out', () => {
  test('a request that found no connection is not-sent, and not the fault of the service', async () => {
    const run = playedRun({ connectionsMax: 4 }, { onConnect: (connection) => connection.accept() })
    await run.start()
    run.clock.advance(1_500)
    const report = await run.stop()
    const { 'not-sent': notSent = 0, 'timeout-no-byte': silent = 0 } = run.collected.outcomes
    expect(notSent + silent).toBe(report.planned)
    expect(notSent).toBeGreaterThan(50)
    for (const record of run.collected.records) {
      // Some found a connection at last, with hardly any time left for the service.
      if (record.sentAt - record.intendedAt > 500e6) expect(record.outcome).toBe('not-sent')
      expect(record.endedAt - record.intendedAt).toBeGreaterThanOrEqual(1_000e6)
      expect(record.endedAt - record.intendedAt).toBeLessThan(1_020e6)
    }
  })

  test('a connection that is not accepted is given up after the connect timeout', async () => {
    const run = playedRun({}, {})
    await run.start()
    run.clock.advance(300)
    const report = await run.stop()
    expect(run.collected.outcomes).toEqual({ 'connect-timeout': report.planned })
    const [first] = run.collected.records
    expect(first!.endedAt - first!.intendedAt).toBeLessThan(520e6)
    expect(run.network.connections.every(({ wasReset }) => wasReset)).toBe(true)
  })

  test('an answer that stops in the middle is stalled', async () => {
    const run = playedRun(
      {},
      {
        onConnect: (connection) => connection.accept(),
        onRequest: (connection) =>
          connection.answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'),
      },
    )
    await run.start()
    run.clock.advance(50)
    const report = await run.stop()
    expect(run.collected.outcomes).toEqual({ 'timeout-stalled': report.planned })
  })
})

describe('stopping', () => {
  test('nothing is planned after it, what is in flight is waited for, and every socket is closed', async () => {
    const run = playedRun(
      {},
      {
        onConnect: (connection) => connection.accept(),
        onRequest: (connection) => {
          const answer = () => connection.answer('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
          run.clock.after(400, answer)
        },
      },
    )
    await run.start()
    run.clock.advance(500)
    const report = await run.stop()
    expect(report.planned).toBe(51)
    expect(run.collected.outcomes).toEqual({ ok: 51 })
    expect(run.network.connections.every(({ isClosed }) => isClosed)).toBe(true)
  })

  test('a peer that does not answer our FIN is reset', async () => {
    const run = playedRun({}, ANSWERING)
    await run.start()
    run.clock.advance(20)
    for (const connection of run.network.connections) connection.hasEnded = true
    await run.stop()
    expect(run.network.connections.every(({ wasReset }) => wasReset)).toBe(true)
  })

  test('a generator that never started has nothing to report', async () => {
    const run = playedRun({}, ANSWERING)
    expect(await run.stop()).toMatchObject({ planned: 0 })
    await expect(run.start()).rejects.toMatchObject({ code: 'load-started-twice' })
  })

  test('stopping twice gives the same report', async () => {
    const run = playedRun({}, ANSWERING)
    await run.start()
    run.clock.advance(100)
    expect(await run.stop()).toBe(await run.stop())
  })
})

test('at a high rate slots are taken as answers come, not only at the next beat', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  const run = playedRun(
    { ratePerSecond: 20_000 },
    {
      onConnect: (connection) => connection.accept(),
      onRequest: (connection) => void run.clock.after(0.06, () => connection.answer(answer)),
    },
  )
  await run.start()
  run.clock.advance(50)
  await run.stop()
  const sent = run.collected.records.filter(({ sentAt }) => sentAt > 0)
  const latenessMs = sent.map(({ sentAt, intendedAt }) => (sentAt - intendedAt) / 1e6)
  const meanMs = latenessMs.reduce((sum, value) => sum + value, 0) / latenessMs.length
  expect(meanMs).toBeLessThan(0.1)
})
