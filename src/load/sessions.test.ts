import { expect, test } from 'vitest'
import { startLoad } from './engine.ts'
import type { LoadPlan } from './plan.ts'
import { accountFor, Collected, planOf } from './testing/load-run.ts'
import {
  PlayedClock,
  type PlayedConnection,
  PlayedNetwork,
  type PlayedServer,
} from './testing/played-world.ts'

const accept = (connection: PlayedConnection) => connection.accept()

/** One user and a second for each session, in played time; connections open at once. */
function play(changes: Partial<LoadPlan>, server: PlayedServer) {
  const clock = new PlayedClock()
  const network = new PlayedNetwork(clock, { onConnect: accept, ...server })
  const collected = new Collected()
  const webSocketKeys = { next: () => ({ key: 'a2V5', accept: 'YQ==' }), nextMask: () => 0 }
  const plan = planOf({
    protocol: 'websocket',
    arrivals: { kind: 'users', users: 1 },
    lanes: [{ lane: 'long', share: 0, sessions: 1, sessionMs: 1_000 }],
    ...changes,
  })
  const generator = startLoad({ clock, network, webSocketKeys }, plan, collected)
  return {
    clock,
    network,
    collected,
    start: () => generator.start(),
    /** Lets so much time pass, and returns what is then known of the run, which is over. */
    async end(ms: number) {
      clock.advance(ms)
      const report = await generator.finished
      expect(accountFor(collected, report.planned)).toEqual([])
      return report
    },
  }
}

const ACCEPTANCE =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: YQ==\r\n\r\n'
const EVENTS = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'
const GOING_AWAY = Uint8Array.of(0x88, 2, 0x03, 0xe9)
const isHandshake = (text: string) => text.endsWith('\r\n\r\n')
/** An engine beat: what is due is done at the next one. */
const BEAT_MS = 10

test('a session lasts its time from the intended start, and its messages keep their interval', async () => {
  const run = play(
    { requestsMax: 1, session: { messageIntervalMs: 200 } },
    {
      onRequest: (connection, text) => {
        if (isHandshake(text)) connection.answer(ACCEPTANCE)
      },
    },
  )
  await run.start()
  const report = await run.end(4_000)
  expect(run.collected.outcomes).toEqual({ ok: 1 })
  // At once, and after 200, 400, 600 and 800 ms.
  expect(report.sessions).toMatchObject({ opened: 1, lost: 0, messagesSent: 5 })
  const { intendedAt, endedAt } = run.collected.records[0]!
  // Nobody answers the close frame: half of the timeout is waited for that.
  expect((endedAt - intendedAt) / 1e6).toBeGreaterThanOrEqual(1_500)
  expect((endedAt - intendedAt) / 1e6).toBeLessThan(1_500 + 3 * BEAT_MS)
})

test('the time without a session counts from its loss, over all attempts that fail', async () => {
  const run = play(
    { durationMs: 5_000 },
    {
      onConnect(connection) {
        const isDown = connection.id >= 2 && connection.id <= 4
        if (isDown) connection.disappear({ code: 'ECONNREFUSED', syscall: 'connect' })
        else connection.accept()
      },
      onRequest(connection, text) {
        if (!isHandshake(text)) return
        connection.answer(ACCEPTANCE)
        if (connection.id === 1) run.clock.after(300, () => connection.send(GOING_AWAY))
      },
    },
  )
  await run.start()
  const report = await run.end(20_000)
  expect(run.collected.outcomes).toMatchObject({ 'ws-closed': 1, 'connect-refused': 3 })
  expect(run.collected.records[0]!.detail).toBe(1001)
  expect(report.sessions?.lost).toBe(1)
  // A rest of 100 ms before each of the four attempts.
  const { p50, max } = report.sessions!.reconnectMs!
  expect(p50).toBe(max)
  expect(max).toBeGreaterThanOrEqual(400)
  expect(max).toBeLessThan(400 + 8 * BEAT_MS)
})

test('a silent peer is asked after half of the stall timeout, and given up after all of it', async () => {
  const pings: number[] = []
  const run = play(
    { requestsMax: 1, session: { stallMs: 400 } },
    {
      onRequest(connection, text) {
        if (isHandshake(text)) connection.answer(ACCEPTANCE)
        else pings.push(run.clock.monotonicNs())
      },
    },
  )
  const { startedAt } = await run.start()
  await run.end(4_000)
  expect(run.collected.outcomes).toEqual({ 'timeout-stalled': 1 })
  expect(pings).toHaveLength(1)
  const [pingMs, endMs] = [pings[0]!, run.collected.records[0]!.endedAt].map(
    (atNs) => (atNs - startedAt) / 1e6,
  )
  expect(pingMs).toBeGreaterThanOrEqual(200)
  expect(pingMs).toBeLessThan(200 + 3 * BEAT_MS)
  expect(endMs).toBeGreaterThanOrEqual(400)
  expect(endMs).toBeLessThan(400 + 3 * BEAT_MS)
})

test('the end of the plan ends sessions as their users would', async () => {
  const run = play(
    {
      protocol: 'sse',
      durationMs: 500,
      lanes: [{ lane: 'long', share: 0, sessions: 3, sessionMs: 60_000 }],
    },
    { onRequest: (connection) => connection.answer(EVENTS) },
  )
  await run.start()
  const report = await run.end(2_000)
  expect(run.collected.outcomes).toEqual({ ok: 3 })
  expect(report.sessions).toMatchObject({ opened: 3, lost: 0 })
  expect(run.network.connections.every(({ hasEnded }) => hasEnded)).toBe(true)
})

test('users who wait for a connection at the end of the plan still try it, and leave', async () => {
  const run = play(
    {
      protocol: 'sse',
      durationMs: 500,
      timeoutMs: 5_000,
      connectionsMax: 3,
      lanes: [{ lane: 'long', share: 0, sessions: 3, sessionMs: 60_000 }],
    },
    {
      onRequest: (connection) => {
        if (connection.id === 2) connection.answer('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n')
        else connection.answer(EVENTS)
      },
    },
  )
  await run.start()
  const report = await run.end(10_000)
  expect(run.collected.outcomes).toEqual({ ok: report.sessions!.opened, status: 1 })
})

test.each<[string, Partial<LoadPlan>]>([
  ['lane reused for websocket', { lanes: [{ lane: 'reused', share: 1 }] }],
  ['lane long for tcp', { protocol: 'tcp' }],
  ['sessions of 0 ms', { lanes: [{ lane: 'long', share: 0, sessions: 1, sessionMs: 0 }] }],
  ['message interval 0 ms', { session: { messageIntervalMs: 0 } }],
  ['stall timeout -1 ms', { session: { stallMs: -1 } }],
  ['echoes to expect', { session: { expectsEcho: true } }],
])('a plan with %s is refused', (fault, changes) => {
  expect(() => play(changes, {})).toThrow(fault)
})
