import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { invariant } from '../../base/invariant.ts'
import { startLoad } from '../../load/engine.ts'
import type { StartLoad } from '../../load/plan.ts'
import { severalGenerators } from '../../load/several-generators.ts'
import { accountFor, Collected, planOf } from '../../load/testing/load-run.ts'
import { requestIdOf } from '../../timeline/request-id.ts'
import { clockOriginNow, liveClock } from '../../world/live/clock.ts'
import { liveDigest } from '../../world/live/digest.ts'
import { liveNetwork } from '../../world/live/network.ts'
import { threadedLoad } from './threaded-load.ts'

const origin = clockOriginNow()
const clock = liveClock(origin)
const world = { clock, network: liveNetwork(), digest: liveDigest() }

const IMPLEMENTATIONS: readonly (readonly [name: string, start: StartLoad])[] = [
  ['in this thread', (plan, handlers) => startLoad(world, plan, handlers)],
  ['in a thread of its own', threadedLoad(origin)],
  ['in three threads', severalGenerators(clock, 3, threadedLoad(origin))],
]

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Seen {
  readonly id: string
  readonly url: string
  readonly body: string
}

/** Notes what comes; every fifth answer is another one. Each of three pods answers in turn. */
async function listen() {
  const seen: Seen[] = []
  const answered: Record<string, number> = {}
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const id = String(request.headers['x-request-id'])
      seen.push({ id, url: request.url ?? '', body })
      const pod = `pod-${seen.length % 3}`
      answered[pod] = (answered[pod] ?? 0) + 1
      response.setHeader('X-Pod-Name', pod)
      response.end(seen.length % 5 === 0 ? 'other' : 'hello')
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  return { port: address.port, seen, answered }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request) text += String(piece)
  return text
}

test.each(IMPLEMENTATIONS)(
  'a generator %s numbers its requests, checks bodies and knows who answered',
  async (_, start) => {
    const { port, seen, answered } = await listen()
    const collected = new Collected()
    const plan = planOf({
      port,
      requests: [
        { method: 'GET', path: '/get/{{n}}', headers: {}, weight: 1 },
        { method: 'POST', path: '/post', headers: {}, body: 'n={{n}}', weight: 1 },
      ],
      ratePerSecond: 400,
      requestsMax: 60,
      timeoutMs: 20_000,
      connectTimeoutMs: 20_000,
      expected: { bodySha256: createHash('sha256').update('hello').digest('hex') },
      identify: { kind: 'header', name: 'x-pod-name' },
      requestId: { header: 'X-Request-Id', run: 'k3v9x2' },
    })
    const generator = start(plan, collected)
    await generator.start()
    const report = await generator.finished
    expect(accountFor(collected, report.planned)).toEqual([])
    expect(collected.outcomes).toEqual({ ok: 48, mismatch: 12 })
    const { records } = collected
    const expected = records.map(({ sequence }) => requestIdOf('k3v9x2', sequence))
    expect(seen.map(({ id }) => id).sort()).toEqual(expected.sort())
    for (const { id, url, body } of seen) {
      const number = id.slice(-10)
      expect(url === '/post' ? body : url).toBe(url === '/post' ? `n=${number}` : `/get/${number}`)
    }
    const counted: Record<string, number> = {}
    for (const { backend } of records) {
      const name = report.backends?.[backend - 1] ?? 'nobody'
      counted[name] = (counted[name] ?? 0) + 1
    }
    expect(counted).toEqual(answered)
  },
)

test('a pattern that would be tried in countless ways is not, in a thread', async () => {
  const server = createServer((_, response) => response.end(`${'a'.repeat(40)}!`))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  const collected = new Collected()
  const expected = { bodyPattern: '^(a+)+$' }
  const plan = planOf({ port: address.port, requestsMax: 5, expected, timeoutMs: 10_000 })
  const generator = threadedLoad(origin)(plan, collected)
  await generator.start()
  await generator.finished
  expect(collected.outcomes).toEqual({ mismatch: 5 })
})
