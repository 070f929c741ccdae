import { describe, expect, test } from 'vitest'
import { decodeLedger } from '../timeline/ledger.ts'
import { ANSWERING, Collected, playedRun } from './testing/load-run.ts'

describe('a plan with an end', () => {
  test('stops by itself when its time is over, the slot at the end not included', async () => {
    const run = playedRun({ ratePerSecond: 100, durationMs: 2_000 }, ANSWERING)
    await run.start()
    run.clock.advance(5_000)
    const report = await run.generator.finished
    expect(report.planned).toBe(200)
    expect(run.collected.rows.map(({ planned }) => planned)).toEqual([100, 100])
  })

  test('stops by itself after so many requests, whatever its rate', async () => {
    const run = playedRun({ ratePerSecond: 1_000, requestsMax: 7 }, ANSWERING)
    await run.start()
    run.clock.advance(1_000)
    expect((await run.generator.finished).planned).toBe(7)
  })

  test('replays recorded arrivals to the nanosecond', async () => {
    const offsetsNs = [0, 3e6, 3e6, 500_000_001]
    const run = playedRun({ arrivals: { kind: 'recorded', offsetsNs } }, ANSWERING)
    const { startedAt } = await run.start()
    run.clock.advance(1_000)
    await run.generator.finished
    const intended = run.collected.records.map(({ intendedAt }) => intendedAt - startedAt)
    expect(intended).toEqual(offsetsNs)
  })
})

describe('a closed loop', () => {
  test('sends the next request when the answer is there, and never more than it has users', async () => {
    let open = 0
    let most = 0
    const run = playedRun(
      {
        arrivals: { kind: 'users', users: 3 },
        lanes: [{ lane: 'reused', share: 1, connections: 3 }],
        durationMs: 1_000,
      },
      {
        onConnect: (connection) => connection.accept(),
        onRequest: (connection) => {
          most = Math.max(most, ++open)
          run.clock.after(10, () => {
            open--
            connection.answer('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
          })
        },
      },
    )
    await run.start()
    run.clock.advance(3_000)
    const report = await run.generator.finished
    expect(most).toBe(3)
    expect(report.planned).toBe(300)
    expect(report.connections.opened).toBe(3)
  })
})

describe('generators that share a plan', () => {
  test('have each slot of it exactly once', async () => {
    const sequences: number[] = []
    for (const index of [0, 1, 2]) {
      const shard = { index, of: 3 }
      const run = playedRun({ ratePerSecond: 1_000, requestsMax: 100, shard }, ANSWERING)
      const collected = new Collected()
      run.collected.onRecords = (bytes) => void collected.records.push(...decodeLedger(bytes))
      await run.start()
      run.clock.advance(1_000)
      await run.generator.finished
      sequences.push(...collected.records.map(({ sequence }) => sequence))
    }
    expect(sequences.toSorted((a, b) => a - b)).toEqual([...Array(100).keys()])
  })
})
