import { afterEach, describe, expect, test } from 'vitest'
import { startLoad } from '../../engine.ts'
import type { LoadGenerator, LoadPlan } from '../../plan.ts'
import { accountFor, Collected, type PlanChanges, planOf } from '../../testing/load-run.ts'
import { liveClock } from '../../../world/live/clock.ts'
import { liveDigest } from '../../../world/live/digest.ts'
import { liveNetwork } from '../../../world/live/network.ts'
import type { Network } from '../../../world/network.ts'
import { FrameReader } from '../../../base/http2-frame-reader.ts'
import { CLIENT_PREFACE, FRAME, FRAME_BYTES_DEFAULT } from '../../../base/http2-frames.ts'
import { Http2TestServer, type ReceivedRequest } from './testing/http2-server.ts'

const TEMPLATE = { method: 'GET', path: '/', headers: {}, weight: 1 }
const RUN = { header: 'X-Request-Id', run: 'r' }
/** No deadline passes because the machine is busy. */
const UNHURRIED = { ratePerSecond: 500, timeoutMs: 10_000, connectTimeoutMs: 10_000 }

let server: Http2TestServer | undefined
afterEach(() => server?.destroy())

type Answer = ConstructorParameters<typeof Http2TestServer>[0]

const hello: Answer = (stream) => {
  stream.respond({ ':status': 200, 'x-pod': 'web-1' })
  stream.end('hello')
}

async function serve(answer: Answer = hello): Promise<{ server: Http2TestServer; port: number }> {
  server = new Http2TestServer(answer)
  return { server, port: await server.listen() }
}

function planFor(port: number, changes: PlanChanges): LoadPlan {
  return planOf({ ...UNHURRIED, port, protocol: 'http2', requestId: RUN, ...changes })
}

interface RunOptions {
  readonly network?: Network
  /** Gets hold of it before it starts. */
  readonly onGenerator?: (generator: LoadGenerator) => void
}

async function run(plan: LoadPlan, { network = liveNetwork(), onGenerator }: RunOptions = {}) {
  const collected = new Collected()
  const world = { clock: liveClock(), network, digest: liveDigest() }
  const generator = startLoad(world, plan, collected)
  onGenerator?.(generator)
  await generator.start()
  const report = await generator.finished
  expect(accountFor(collected, report.planned)).toEqual([])
  return { report, collected }
}

const idOf = ({ sequence }: { readonly sequence: number }) =>
  `r-${String(sequence).padStart(10, '0')}`

function typesIn(bytes: Uint8Array): readonly number[] {
  const reader = new FrameReader(FRAME_BYTES_DEFAULT)
  reader.feed(bytes)
  const types: number[] = []
  for (let frame = reader.next(); typeof frame === 'object'; frame = reader.next()) {
    types.push(frame.type)
  }
  return types
}

describe('a plan over HTTP/2', () => {
  test('is carried out to the request, in all lanes, with few connections and the number of each request', async () => {
    const { server, port } = await serve()
    const lanes = [
      { lane: 'new', share: 0.2 },
      { lane: 'reused', share: 0.6, connections: 2 },
      { lane: 'idle', share: 0.2, connections: 3, idleMs: [10, 20] },
    ] as const
    const { report, collected } = await run(planFor(port, { lanes, requestsMax: 100 }))
    expect(collected.outcomes).toEqual({ ok: 100 })
    expect(server.seen.toSorted()).toEqual(collected.records.map(idOf).toSorted())
    const ofLane = (name: string) => collected.records.filter(({ lane }) => lane === name)
    const connectionsOf = (name: string) =>
      new Set(ofLane(name).map(({ connection }) => connection)).size
    expect([ofLane('new').length, connectionsOf('new')]).toEqual([20, 20])
    expect(connectionsOf('reused')).toBeGreaterThanOrEqual(2)
    expect(connectionsOf('idle')).toBeLessThanOrEqual(3)
    expect(report.connections.opened).toBe(server.sessionCount)
    expect(report.addresses).toEqual({ '127.0.0.1': server.sessionCount })
  })

  test('has requests of several kinds with their weights, methods, bodies and numbers', async () => {
    const received: ReceivedRequest[] = []
    const { port } = await serve((stream, request) => {
      received.push(request)
      stream.respond({ ':status': 200 }, { endStream: true })
    })
    const requests = [
      { ...TEMPLATE, path: '/items/{{n}}', authority: 'shop.test', weight: 3 },
      { ...TEMPLATE, method: 'POST', headers: { 'X-N': 'a{{n}}' }, body: '{"n":{{n}}}' },
      { ...TEMPLATE, method: 'HEAD', weight: 0 },
    ]
    await run(planFor(port, { requests, requestsMax: 8 }))
    const asked = received.map(({ headers, body }) => [
      headers[':method'],
      headers[':authority'],
      headers[':path'],
      headers['x-n'],
      headers['content-length'],
      body.toString(),
    ])
    const gets = asked.filter(([method]) => method === 'GET')
    const posts = asked.filter(([method]) => method === 'POST')
    expect([gets.length, posts.length]).toEqual([6, 2])
    for (const [, authority, path] of gets) {
      expect([authority, path]).toEqual(['shop.test', expect.stringMatching(/^\/items\/\d{10}$/)])
    }
    for (const [, authority, , own, length, body] of posts) {
      const number = String(own).slice(1)
      expect([authority, length, body]).toEqual(['test', '16', `{"n":${number}}`])
    }
    const ids = received.map(({ headers }) => headers['x-request-id'])
    expect(new Set(ids).size).toBe(8)
  })

  test('knows who answered, and that an answer is not the expected one', async () => {
    let count = 0
    const { port } = await serve((stream) => {
      stream.respond({ ':status': 200, 'x-pod': `web-${count++ % 2}` })
      stream.write('he')
      stream.end(count === 3 ? 'avy' : 'llo')
    })
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
    const { report, collected } = await run(
      planFor(port, {
        requestsMax: 10,
        expected: { bodyLength: 5, bodySha256: sha256 },
        identify: { kind: 'header', name: 'x-pod' },
      }),
    )
    expect(collected.outcomes).toEqual({ ok: 9, mismatch: 1 })
    expect(report.backends?.toSorted()).toEqual(['web-0', 'web-1'])
    expect(collected.records.filter(({ backend }) => backend === 1)).toHaveLength(5)
  })

  test('gives a connection no more requests in all, and no more at once, than the plan says', async () => {
    let open = 0
    let most = 0
    const { server, port } = await serve((stream) => {
      most = Math.max(most, ++open)
      setImmediate(() => {
        open--
        hello(stream, { headers: {}, body: Buffer.alloc(0) })
      })
    })
    const lane = { lane: 'reused', share: 1, connections: 1 } as const
    const { report, collected } = await run(
      planFor(port, {
        arrivals: { kind: 'users', users: 3 },
        lanes: [{ ...lane, streamsMax: 3, connectionRequestsMax: 7 }],
        requestsMax: 70,
      }),
    )
    expect(collected.outcomes).toEqual({ ok: 70 })
    const carried = Map.groupBy(collected.records, ({ connection }) => connection)
    for (const records of carried.values()) expect(records.length).toBeLessThanOrEqual(7)
    expect(most).toBeLessThanOrEqual(server.sessionCount * 3)
    expect(report.connections.agedOut).toBeGreaterThanOrEqual(8)
  })

  test('sends the requests of one turn in one write', async () => {
    const { port } = await serve()
    const live = liveNetwork()
    const writes: Uint8Array[] = []
    const connect: Network['connect'] = (target, handlers) => {
      const connection = live.connect(target, handlers)
      const write = connection.write.bind(connection)
      connection.write = (bytes) => {
        writes.push(new Uint8Array(bytes))
        return write(bytes)
      }
      return connection
    }
    const network = { ...live, connect }
    const lanes = [{ lane: 'reused', share: 1, connections: 1 }] as const
    const arrivals = { kind: 'users', users: 10 } as const
    const { collected } = await run(planFor(port, { lanes, arrivals, requestsMax: 10 }), {
      network,
    })
    expect(collected.outcomes).toEqual({ ok: 10 })
    expect(typesIn(writes[0]!.subarray(CLIENT_PREFACE.length))).toEqual([
      FRAME.settings,
      FRAME.windowUpdate,
      ...Array.from({ length: 10 }, () => FRAME.headers),
    ])
  })

  test('that is stopped hands over what it has begun', async () => {
    const { port } = await serve()
    let seen = 0
    const plan = planFor(port, { ratePerSecond: 200 })
    const onGenerator = (generator: LoadGenerator) => {
      server!.onRequest = () => {
        if (++seen === 20) void generator.stop()
      }
    }
    const { report, collected } = await run(plan, { onGenerator })
    expect(collected.outcomes).toEqual({ ok: report.planned })
    expect(report.planned).toBeGreaterThanOrEqual(20)
  })

  test.each<[what: RegExp, changes: PlanChanges]>([
    [/the path "\/a b"/, { requests: [{ ...TEMPLATE, path: '/a b' }] }],
    [/the header Connection/, { requests: [{ ...TEMPLATE, headers: { Connection: 'close' } }] }],
    [/0 streams on a connection/, { lanes: [{ lane: 'reused', share: 1, streamsMax: 0 }] }],
    [/the gRPC method "\/"/, { protocol: 'grpc' }],
  ])('that cannot be carried out is refused: %s', (what, changes) => {
    const world = { clock: liveClock(), network: liveNetwork() }
    expect(() => startLoad(world, planFor(1, changes), new Collected())).toThrow(what)
  })
})

/** Some requests, and in the midst of them, when all connections are in use, the server is replaced by another on its port. */
async function replaced(end: (server: Http2TestServer) => Promise<void>) {
  const { server: first, port } = await serve()
  const second = new Http2TestServer(hello)
  const changed = Promise.withResolvers<void>()
  first.onRequest = () => {
    if (first.seen.length < 50 || first.sessions.size < 4) return
    first.onRequest = () => undefined
    const isOver = end(first)
    void second.listen(port).then(() => isOver.then(changed.resolve))
  }
  const lanes = [{ lane: 'reused', share: 1, connections: 4 }] as const
  const { collected } = await run(planFor(port, { lanes, requestsMax: 200, ratePerSecond: 300 }))
  await changed.promise
  await second.destroy()
  return { first, second, collected }
}

describe('a server that goes away', () => {
  test('that says so and waits for its clients drops nothing', async () => {
    const { first, second, collected } = await replaced((server) => server.drain())
    expect(collected.outcomes).toEqual({ ok: 200 })
    expect([...first.seen, ...second.seen].toSorted()).toEqual(
      collected.records.map(idOf).toSorted(),
    )
  })

  test('that says so and leaves at once has processed all but what it denied', async () => {
    const { first, second, collected } = await replaced((server) => server.closeSessions())
    const seen = new Set([...first.seen, ...second.seen])
    for (const record of collected.records) {
      expect([record.outcome, seen.has(idOf(record))]).toEqual(
        seen.has(idOf(record)) ? ['ok', true] : ['h2-goaway-unprocessed', false],
      )
    }
  })

  test('that just ends its connections has dropped what it had not answered, and no more', async () => {
    const answered = new Set<string>()
    let count = 0
    const { server: first, port } = await serve((stream, { headers }) => {
      if (++count > 50) return
      answered.add(String(headers['x-request-id']))
      hello(stream, { headers, body: Buffer.alloc(0) })
    })
    const second = new Http2TestServer(hello)
    first.onRequest = () => {
      if (first.seen.length === 60)
        setImmediate(() => void first.destroy().then(() => second.listen(port)))
    }
    const lanes = [{ lane: 'reused', share: 1, connections: 4, streamsMax: 20 }] as const
    const { collected } = await run(planFor(port, { lanes, requestsMax: 200 }))
    await second.destroy()
    const asked = new Set([...answered, ...second.seen])
    for (const record of collected.records) {
      expect([record.outcome === 'ok', asked.has(idOf(record))]).not.toEqual([true, false])
    }
    const lost = collected.records.filter(({ outcome }) => outcome !== 'ok')
    expect(lost.length).toBeGreaterThanOrEqual(10)
    for (const { outcome } of lost) expect(outcome).toMatch(/^(?:eof|reset|connect|h2)-/)
    expect(collected.records.length - lost.length).toBe(asked.size)
  })
})
