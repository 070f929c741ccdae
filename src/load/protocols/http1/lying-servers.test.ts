import type { Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { liveClock } from '../../../world/live/clock.ts'
import { liveNetwork } from '../../../world/live/network.ts'
import { startLoad } from '../../engine.ts'
import type { LoadPlan } from '../../plan.ts'
import { accountFor, Collected, planOf } from '../../testing/load-run.ts'
import {
  ANSWER,
  answerWell,
  type Deed,
  LyingServer,
  type Visit,
} from '../../testing/lying-server.ts'

/** Real servers that treat requests badly, in ways that they count: the generator must count the same. */

let server: LyingServer | undefined
afterEach(() => server?.close())

const LANES: LoadPlan['lanes'] = [
  { lane: 'new', share: 0.2 },
  { lane: 'reused', share: 0.8, connections: 4 },
]
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const RUN_MS = 400

async function runAgainst(port: number, changes: Partial<LoadPlan> = {}) {
  const collected = new Collected()
  const world = { clock: liveClock(), network: liveNetwork() }
  const plan = planOf({ port, ratePerSecond: 1_000, lanes: LANES, ...changes })
  const generator = startLoad(world, plan, collected)
  await generator.start()
  await new Promise<void>((resolve) => void world.clock.after(RUN_MS, resolve))
  const report = await generator.stop()
  expect(accountFor(collected, report.planned)).toEqual([])
  expect(report.planned).toBeGreaterThanOrEqual(RUN_MS)
  return { collected, report }
}

const every = (count: number, treat: (visit: Visit) => Deed) => {
  let requests = 0
  return (visit: Visit) => (++requests % count === 0 ? treat(visit) : answerWell(visit))
}

const fresh = ({ nth }: Visit, ifFresh: Deed, ifReused: Deed) => (nth === 1 ? ifFresh : ifReused)

interface Lie {
  readonly name: string
  readonly treat: (visit: Visit) => Deed
  readonly plan?: Partial<LoadPlan>
}

const LIES: readonly Lie[] = [
  { name: 'none: it answers everything', treat: answerWell },
  {
    name: 'FIN at the 51st request of a connection',
    treat(visit) {
      if (visit.nth <= 50) return answerWell(visit)
      visit.socket.end()
      return 'eof-reused'
    },
  },
  {
    name: 'RST at the 51st request of a connection',
    treat(visit) {
      if (visit.nth <= 50) return answerWell(visit)
      visit.socket.resetAndDestroy()
      return 'reset-reused'
    },
  },
  {
    name: 'FIN instead of an answer',
    treat: every(10, (visit) => {
      visit.socket.end()
      return fresh(visit, 'eof-fresh', 'eof-reused')
    }),
  },
  {
    name: 'RST instead of an answer',
    treat: every(10, (visit) => {
      visit.socket.resetAndDestroy()
      return fresh(visit, 'reset-fresh', 'reset-reused')
    }),
  },
  {
    name: 'half an answer, then FIN',
    treat: every(10, ({ socket }) => {
      socket.end(ANSWER.slice(0, 20))
      return 'truncated'
    }),
  },
  {
    name: 'a head, then FIN',
    treat: every(10, ({ socket }) => {
      socket.end(ANSWER.slice(0, -5))
      return 'truncated'
    }),
  },
  {
    name: 'a body shorter than its length, then FIN',
    treat: every(10, ({ socket }) => {
      socket.end(ANSWER.slice(0, -2))
      return 'truncated'
    }),
  },
  {
    name: 'a body longer than its length',
    treat: every(10, ({ socket }) => {
      socket.write(`${ANSWER} and more`)
      return 'malformed'
    }),
  },
  {
    name: 'chunks that are not chunks',
    treat: every(10, ({ socket }) => {
      socket.write(`${CHUNKED}5\r\nhello!\r\n0\r\n\r\n`)
      return 'malformed'
    }),
  },
  {
    name: 'chunks without an end, then FIN',
    treat: every(10, ({ socket }) => {
      socket.end(`${CHUNKED}5\r\nhello\r\n`)
      return 'truncated'
    }),
  },
  {
    name: 'something that is not HTTP',
    treat: every(10, ({ socket }) => {
      socket.write('-ERR unknown command\r\n')
      return 'malformed'
    }),
  },
  {
    name: 'a continue, and then the answer',
    treat: every(2, (visit) => {
      visit.socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      return answerWell(visit)
    }),
  },
  {
    name: 'a continue, and then FIN',
    treat: every(10, ({ socket }) => {
      socket.end('HTTP/1.1 100 Continue\r\n\r\n')
      return 'truncated'
    }),
  },
  {
    name: 'a body that ends with the connection',
    treat: every(10, ({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\n\r\nall of it')
      return 'ok'
    }),
  },
  {
    name: 'a status outside the success set',
    treat: every(10, ({ socket }) => {
      socket.write('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n')
      return 'status'
    }),
  },
  {
    name: 'a body that comes too slowly',
    plan: { timeoutMs: 300 },
    treat: every(50, ({ socket }) => {
      socket.write(ANSWER.slice(0, -1))
      return 'timeout-stalled'
    }),
  },
  {
    name: 'nothing at all',
    plan: { timeoutMs: 300 },
    treat: every(50, () => 'timeout-no-byte'),
  },
]

test.each(LIES)('lie: $name', async ({ treat, plan = {} }) => {
  server = new LyingServer(treat)
  const { collected, report } = await runAgainst(await server.listen(), plan)
  expect(collected.outcomes).toEqual(server.deeds)
  expect(Object.keys(server.deeds)).not.toEqual([])
  // Every socket that was opened reached the server: nothing was sent twice, nothing in secret.
  expect(server.connections).toBe(report.connections.opened)
})

test('a reset in the act of accepting is the fate of that request', async () => {
  const accepted: Socket[] = []
  server = new LyingServer(answerWell, (socket) => {
    accepted.push(socket)
    socket.resetAndDestroy()
  })
  const { collected, report } = await runAgainst(await server.listen())
  const { 'reset-fresh': reset = 0, 'connect-reset': early = 0 } = collected.outcomes
  expect(reset + early).toBe(report.planned)
  expect(accepted.length).toBe(report.planned)
})

test('a port where nobody listens refuses every request, with its errno and port', async () => {
  server = new LyingServer(answerWell)
  const port = await server.listen()
  await server.close()
  const { collected, report } = await runAgainst(port)
  expect(collected.outcomes).toEqual({ 'connect-refused': report.planned })
  expect(collected.records[0]).toMatchObject({ errno: 'ECONNREFUSED', sentAt: 0, status: 0 })
})

test('closing connections while they are idle drops nothing', async () => {
  let idle: Socket[] = []
  server = new LyingServer((visit) => {
    if (!visit.closes) idle.push(visit.socket)
    return answerWell(visit)
  })
  const port = await server.listen()
  const clock = liveClock()
  const closeIdle = () => {
    for (const socket of new Set(idle)) socket.end()
    idle = []
  }
  // At 20 requests a second there are 25 ms on either side of these for a FIN to arrive.
  for (const atMs of [125, 275]) clock.after(atMs, closeIdle)
  const collected = new Collected()
  const generator = startLoad(
    { clock, network: liveNetwork() },
    planOf({ port, ratePerSecond: 20, lanes: [{ lane: 'reused', share: 1, connections: 2 }] }),
    collected,
  )
  await generator.start()
  await new Promise<void>((resolve) => void clock.after(RUN_MS, resolve))
  const report = await generator.stop()
  expect(collected.outcomes['ok']).toBe(server.deeds.ok)
  expect(report.connections.closedIdle).toBeGreaterThan(0)
  expect(report.connections.opened).toBe(server.connections)
})
