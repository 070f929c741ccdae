import { afterEach, expect, test } from 'vitest'
import { concatenate } from '../../../base/concatenate.ts'
import type { LaneShare } from '../../plan.ts'
import type { Outcome } from '../../../timeline/outcome.ts'
import { liveClock } from '../../../world/live/clock.ts'
import { liveNetwork } from '../../../world/live/network.ts'
import { encodeGoAway, encodeSettings, ERROR, SETTING } from '../../../base/http2-frames.ts'
import {
  answerWell,
  type FrameConnection,
  FrameServer,
  headersFrame,
  type Http2Visit,
  OK_HEAD,
} from './testing/frame-server.ts'
import { GET } from './testing/session-run.ts'
import { LIES } from './testing/stream-lies.ts'
import { StreamLoad, type StreamLoadOptions } from './testing/stream-load.ts'

/** Real servers that treat streams badly, in ways that they count: we must count the same, kind by kind. */

let server: FrameServer | undefined
afterEach(() => server?.close())

const REQUESTS = 120
/** Long enough for a machine that is busy with other tests to answer in. */
const TIMEOUT_MS = 600
const ONE: LaneShare = { lane: 'reused', share: 1, connections: 1 }

async function runAgainst(
  treat: (visit: Http2Visit) => Outcome | undefined,
  options: Partial<StreamLoadOptions> = {},
  greet?: (connection: FrameConnection) => void,
): Promise<StreamLoad> {
  server = new FrameServer(treat, greet)
  const port = await server.listen()
  const world = { clock: liveClock(), network: liveNetwork() }
  const load = new StreamLoad(world, { port, requests: REQUESTS, ...options })
  await load.run()
  expect(load.ended).toHaveLength(options.requests ?? REQUESTS)
  expect(load.budget.opened).toBe(server.connections.length)
  return load
}

test.each(LIES)('a server that does this is found out: $name', async ({ treat }) => {
  const { outcomes, sent } = await runAgainst(treat, { streamsMax: 1 })
  expect(outcomes).toEqual(server?.deeds)
  expect(sent).toBe(REQUESTS)
})

test('users who go on in the turn in which their request ends are given a connection that takes it', async () => {
  const { outcomes, sent } = await runAgainst(
    (visit) => {
      const { connection, stream, nth } = visit
      if (nth < 10) return answerWell(visit)
      if (nth > 10) return undefined
      connection.fin(encodeGoAway(stream - 2, ERROR.noError))
      return undefined
    },
    { streamsMax: 4, users: 8, requests: 400 },
  )
  expect(sent).toBe(400)
  // What followed the tenth on its connection was denied with it, without the server having looked at it.
  const { ok = 0, 'h2-goaway-unprocessed': denied = 0, ...others } = outcomes
  expect(others).toEqual({})
  expect(ok).toBe(server?.deeds.ok)
  expect(ok + denied).toBe(400)
})

test('all streams that a connection takes with it are counted, each once', async () => {
  const inFlight = new Map<FrameConnection, number>()
  const { outcomes } = await runAgainst(
    ({ connection }) => {
      const count = (inFlight.get(connection) ?? 0) + 1
      inFlight.set(connection, count)
      if (count < 4) return undefined
      server?.count('eof-fresh', 3)
      connection.fin()
      return 'eof-fresh'
    },
    { streamsMax: 4, lane: ONE },
  )
  expect(outcomes).toEqual({ 'eof-fresh': REQUESTS })
  expect(outcomes).toEqual(server?.deeds)
})

test('of the streams of a connection, GOAWAY lets some go on and denies the others', async () => {
  const held = new Map<FrameConnection, Http2Visit[]>()
  const { outcomes } = await runAgainst(
    (visit) => {
      const { connection } = visit
      const visits = [...(held.get(connection) ?? []), visit]
      held.set(connection, visits)
      if (visits.length < 4) return undefined
      connection.send(encodeGoAway(visits[1]!.stream, ERROR.noError))
      for (const answered of visits.slice(0, 2)) server?.count(answerWell(answered))
      server?.count('h2-goaway-unprocessed')
      return 'h2-goaway-unprocessed'
    },
    { streamsMax: 4, lane: ONE },
  )
  expect(outcomes).toEqual({ ok: REQUESTS / 2, 'h2-goaway-unprocessed': REQUESTS / 2 })
  expect(outcomes).toEqual(server?.deeds)
})

test('a server that sends no SETTINGS and no answer leaves requests to their time', async () => {
  const { outcomes } = await runAgainst(
    () => undefined,
    { requests: 20, timeoutMs: TIMEOUT_MS },
    () => undefined,
  )
  expect(outcomes).toEqual({ 'timeout-no-byte': 20 })
})

test('a server that answers without SETTINGS is not understood', async () => {
  const { outcomes } = await runAgainst(
    (visit) => (answerWell(visit), 'malformed'),
    { requests: 20, streamsMax: 1 },
    () => undefined,
  )
  expect(outcomes).toEqual({ malformed: 20 })
})

test('a window that is never opened leaves the request to its time', async () => {
  const request = { ...GET, body: new Uint8Array(10) }
  const { outcomes } = await runAgainst(
    answerWell,
    { requests: 20, timeoutMs: TIMEOUT_MS, request },
    (connection) => connection.send(encodeSettings([[SETTING.initialWindowSize, 0]])),
  )
  // What was sent before the server said so went through, on the first request of each connection.
  expect(Object.keys(outcomes).toSorted()).toEqual(['ok', 'timeout-no-byte'])
  expect(outcomes.ok).toBe(server?.deeds.ok)
})

test('an answer that stops in the middle has stalled, and its connection goes on with others', async () => {
  const load = await runAgainst(
    ({ connection, stream, nth }) => {
      if (nth !== 3) return answerWell({ connection, stream, nth })
      connection.send(headersFrame(stream, OK_HEAD))
      return 'timeout-stalled'
    },
    { timeoutMs: TIMEOUT_MS },
  )
  expect(load.outcomes).toEqual(server?.deeds)
  expect(load.budget.opened).toBe(2)
})

test('a connection on which nothing is heard any more is replaced', async () => {
  const load = await runAgainst(
    ({ connection, stream, nth }) =>
      nth < 10 ? answerWell({ connection, stream, nth }) : 'timeout-no-byte',
    { timeoutMs: TIMEOUT_MS, requests: 60 },
  )
  expect(load.outcomes).toEqual(server?.deeds)
  expect(load.budget.opened).toBeGreaterThan(4)
})

test('a server that allows one stream at a time drops none, and one that allows none is left', async () => {
  const clock = liveClock()
  const load = await runAgainst(
    (visit) => {
      clock.after(2, () => void answerWell(visit))
      return 'ok'
    },
    { lane: ONE, requests: 40 },
    (connection) => connection.send(encodeSettings([[SETTING.maxConcurrentStreams, 1]])),
  )
  expect(load.outcomes).toEqual({ ok: 40 })
  const none = await runAgainst(answerWell, { requests: 20 }, (connection) =>
    connection.send(encodeSettings([[SETTING.maxConcurrentStreams, 0]])),
  )
  expect(none.outcomes).toEqual({ ok: 20 })
  // At most four went out on each before its SETTINGS came.
  expect(none.budget.opened).toBeGreaterThanOrEqual(5)
})

test('GOAWAY and FIN while nothing is in flight drop nothing, and are counted', async () => {
  let goodbyes = 0
  const load = await runAgainst(
    ({ connection, stream, nth }) => {
      if (nth < 5) return answerWell({ connection, stream, nth })
      goodbyes++
      const last = [headersFrame(stream, OK_HEAD, true), encodeGoAway(stream, ERROR.noError)]
      // In one piece, so that no request comes in between.
      connection.fin(concatenate(last))
      return 'ok'
    },
    { streamsMax: 1 },
  )
  expect(load.outcomes).toEqual({ ok: REQUESTS })
  expect(load.closedIdle).toBe(goodbyes)
})

test('the new lane opens a connection for each request, says goodbye and ends it', async () => {
  const load = await runAgainst(answerWell, { lane: { lane: 'new', share: 1 }, requests: 30 })
  expect(load.outcomes).toEqual({ ok: 30 })
  expect(load.budget.opened).toBe(30)
  for (const { frames } of server?.connections ?? []) {
    expect(frames.at(-1)).toMatchObject({ type: 'go-away', code: ERROR.noError })
  }
})

test('a port where nobody listens refuses', async () => {
  server = new FrameServer(answerWell)
  const port = await server.listen()
  await server.close()
  const world = { clock: liveClock(), network: liveNetwork() }
  const load = new StreamLoad(world, { port, requests: 10 })
  await load.run()
  expect(load.outcomes).toEqual({ 'connect-refused': 10 })
  expect(load.ended[0]).toMatchObject({ errno: 'ECONNREFUSED', sentAt: 0 })
})
