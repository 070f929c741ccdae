import type { Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { LoadTally } from '../../../timeline/load-tally.ts'
import { liveClock } from '../../../world/live/clock.ts'
import { liveNetwork } from '../../../world/live/network.ts'
import { startLoad } from '../../engine.ts'
import type { LoadPlan } from '../../plan.ts'
import { hiddenByRetry, HTTP1_LIES } from '../../testing/http1-lies.ts'
import { accountFor, Collected, planOf } from '../../testing/load-run.ts'
import { answerWell, LyingServer } from '../../testing/lying-server.ts'
import { runUnhurried, UnhurriedLoad } from '../../testing/unhurried-load.ts'

/**
 * Real servers that treat requests badly, in ways that they count: the generator must count the same.
 * Deadlines pass in played time, so that a slow machine makes nothing late.
 */

let server: LyingServer | undefined
afterEach(() => server?.close())

const LANES: LoadPlan['lanes'] = [
  { lane: 'new', share: 0.2 },
  { lane: 'reused', share: 0.8, connections: 4 },
]
const RUN = { users: 6, requests: 500 }

async function runAgainst(server: LyingServer, port: number, requests?: LoadPlan['requests']) {
  const changes = { port, lanes: LANES, ...(requests && { requests }) }
  const { collected, report } = await runUnhurried(changes, RUN, server)
  expect(report.planned).toBe(RUN.requests)
  expect(accountFor(collected, report.planned)).toEqual([])
  return { collected, report }
}

test.each(HTTP1_LIES)('lie: $name', async ({ makeTreatment, requests }) => {
  server = new LyingServer(makeTreatment())
  const { collected, report } = await runAgainst(server, await server.listen(), requests)
  expect(collected.outcomes).toEqual(server.deeds)
  expect(server.requests).toBe(RUN.requests)
  // Every socket that was opened reached the server: nothing was sent twice, nothing in secret.
  expect(server.connections).toBe(report.connections.opened)
  if (requests !== undefined) return
  const tally = new LoadTally(() => true)
  for (const record of collected.records) tally.add(record)
  expect(tally.hiddenByRetry).toBe(hiddenByRetry(server))
})

test.each(HTTP1_LIES.slice(1, 3))('lie, at a rate in real time: $name', async (lie) => {
  server = new LyingServer(lie.makeTreatment())
  const port = await server.listen()
  const collected = new Collected()
  // Time enough for any machine: nothing here ends by running out of it.
  const timeouts = { timeoutMs: 60_000, connectTimeoutMs: 60_000 }
  // So few connections that some come to the 51st request, even where the lane would like more.
  const connections = { connectionsMax: 4, requestsMax: 500 }
  const plan = planOf({ port, ratePerSecond: 1_000, ...connections, ...timeouts })
  const generator = startLoad({ clock: liveClock(), network: liveNetwork() }, plan, collected)
  await generator.start()
  const { planned } = await generator.finished
  expect(accountFor(collected, planned)).toEqual([])
  expect(collected.outcomes).toEqual(server.deeds)
  expect(server.requests).toBe(500)
  expect(Object.keys(server.deeds)).toHaveLength(2)
})

test('a reset in the act of accepting is the fate of that request', async () => {
  let accepted = 0
  server = new LyingServer(answerWell, (socket) => {
    accepted++
    socket.resetAndDestroy()
  })
  const { collected, report } = await runAgainst(server, await server.listen())
  const { 'reset-fresh': reset = 0, 'connect-reset': early = 0 } = collected.outcomes
  expect(reset + early).toBe(report.planned)
  expect(accepted).toBe(report.planned)
})

test('a port where nobody listens refuses every request, with its errno and port', async () => {
  server = new LyingServer(answerWell)
  const port = await server.listen()
  await server.close()
  const { collected, report } = await runAgainst(server, port)
  expect(collected.outcomes).toEqual({ 'connect-refused': report.planned })
  expect(collected.records[0]).toMatchObject({ errno: 'ECONNREFUSED', sentAt: 0, status: 0 })
})

test('closing connections while they are idle drops nothing', async () => {
  const idle = new Set<Socket>()
  server = new LyingServer((visit) => {
    idle.add(visit.socket)
    return answerWell(visit)
  })
  const lanes = [{ lane: 'reused', share: 1, connections: 2 }] as const
  // At one request a second, and two connections in turn, all have ended before the next is due.
  const load = new UnhurriedLoad({
    port: await server.listen(),
    ratePerSecond: 1,
    lanes,
    requestsMax: 12,
  })
  await load.start()
  for (const ended of [4, 8]) {
    while (load.collected.records.length < ended) await load.tick()
    const fins = load.fins + idle.size
    for (const socket of idle) socket.end()
    idle.clear()
    while (load.fins < fins) await load.tick()
  }
  while (load.report === undefined) await load.tick()
  expect(load.collected.outcomes).toEqual({ ok: 12 })
  expect(server.deeds.ok).toBe(12)
  expect(load.report.connections).toMatchObject({ opened: server.connections, closedIdle: 4 })
})
