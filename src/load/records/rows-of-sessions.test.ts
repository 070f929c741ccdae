import { expect, test } from 'vitest'
import { playedRun } from '../testing/load-run.ts'

test('a session counts in the second of its end, so that rows do not wait for it', async () => {
  const run = playedRun(
    {
      protocol: 'sse',
      lanes: [{ lane: 'long', share: 1, sessions: 2, sessionMs: 5_000 }],
      durationMs: 8_000,
    },
    {
      onConnect: (connection) => connection.accept(),
      onRequest: (connection) => {
        connection.answer('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n')
        const comment = () => {
          connection.answer(':\n\n')
          run.clock.after(500, comment)
        }
        comment()
      },
    },
  )
  await run.start()
  run.clock.advance(3_050)
  expect(run.collected.rows.map(({ second, planned }) => [second, planned])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
  ])
  run.clock.advance(9_000)
  const report = await run.stop()
  const ended = run.collected.rows.flatMap(({ second, planned, ok }) =>
    planned > 0 ? [[second, planned, ok]] : [],
  )
  expect(ended).toEqual([
    [5, 2, 2],
    [8, 2, 2],
  ])
  expect(report.planned).toBe(4)
})
