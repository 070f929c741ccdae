import { afterEach, expect, test } from 'vitest'
import { detailOfMismatch } from '../../../timeline/mismatch.ts'
import { liveClock } from '../../../world/live/clock.ts'
import { liveNetwork } from '../../../world/live/network.ts'
import { startLoad } from '../../engine.ts'
import { encodeHealthCheck, HEALTH_CHECK_PATH } from '../../../base/grpc-health.ts'
import { accountFor, Collected, type PlanChanges, planOf } from '../../testing/load-run.ts'
import { Http2TestServer, type ReceivedRequest } from '../http2/testing/http2-server.ts'
import { frameMessage } from '../../../base/grpc-message.ts'

const HEAD = { ':status': 200, 'content-type': 'application/grpc' }
const HI = new TextEncoder().encode('hi')

let server: Http2TestServer | undefined
afterEach(() => server?.destroy())

interface Said {
  readonly message?: Uint8Array
  readonly code: number
}

/** A server of gRPC with these methods; what has none is not implemented. */
async function serve(methods: Readonly<Record<string, (request: ReceivedRequest) => Said>>) {
  server = new Http2TestServer((stream, request) => {
    const method = methods[String(request.headers[':path'])]
    const { message, code } = method?.(request) ?? { code: 12 }
    const trailers = { 'grpc-status': String(code) }
    if (message === undefined) {
      stream.respond({ ...HEAD, 'x-pod': 'web-1', ...trailers }, { endStream: true })
      return
    }
    stream.on('wantTrailers', () => stream.sendTrailers(trailers))
    stream.respond({ ...HEAD, 'x-pod': 'web-1' }, { waitForTrailers: true })
    stream.end(frameMessage(message))
  })
  return server.listen()
}

async function call(port: number, changes: PlanChanges) {
  const collected = new Collected()
  const requestId = { header: 'X-Request-Id', run: 'r' }
  const unhurried = { ratePerSecond: 500, timeoutMs: 10_000, connectTimeoutMs: 10_000 }
  const plan = planOf({ ...unhurried, port, protocol: 'grpc', requestId, ...changes })
  const generator = startLoad({ clock: liveClock(), network: liveNetwork() }, plan, collected)
  await generator.start()
  const report = await generator.finished
  expect(accountFor(collected, report.planned)).toEqual([])
  return { collected, report }
}

const CALL = { method: 'POST', path: '/shop.Orders/Get', headers: {}, weight: 1 }

test('calls end by the status of gRPC, and the record has its code', async () => {
  let count = 0
  const port = await serve({
    '/shop.Orders/Get': () => (++count % 4 === 0 ? { code: 14 } : { code: 0, message: HI }),
    '/shop.Orders/Find': () => ({ code: 5, message: HI }),
  })
  const requests = [
    { ...CALL, weight: 8 },
    { ...CALL, path: '/shop.Orders/Find' },
    { ...CALL, path: '/shop.Orders/Forget' },
  ]
  const { collected, report } = await call(port, {
    requests,
    requestsMax: 100,
    identify: { kind: 'header', name: 'x-pod' },
    expected: { bodyLength: 2, bodyPattern: '^hi$' },
  })
  const counted = Object.groupBy(collected.records, (record) => {
    const { template, outcome, detail, status } = record
    return `${template} ${outcome} ${detail} ${status}`
  })
  expect(Object.keys(counted).toSorted()).toEqual([
    '0 ok 0 200',
    '0 status 14 200',
    '1 status 5 200',
    '2 status 12 200',
  ])
  expect(counted['0 status 14 200']).toHaveLength(20)
  expect(counted['1 status 5 200']).toHaveLength(10)
  expect(report.backends).toEqual(['web-1'])
})

test('metadata, messages and their numbers come as they were meant', async () => {
  const received: ReceivedRequest[] = []
  const port = await serve({
    '/shop.Orders/Get': (request) => {
      received.push(request)
      return { code: 0, message: request.body.subarray(5) }
    },
  })
  const template = { ...CALL, headers: { 'X-Tenant': 'a' }, body: 'order {{n}}', authority: 'shop' }
  const { collected } = await call(port, {
    requests: [template],
    requestsMax: 20,
    expected: { bodyPattern: String.raw`^order \d{10}$`, bodyLength: 16 },
  })
  expect(collected.outcomes).toEqual({ ok: 20 })
  for (const { headers, body } of received) {
    const number = String(headers['x-request-id']).slice(2)
    expect(body).toEqual(Buffer.from(frameMessage(new TextEncoder().encode(`order ${number}`))))
    expect(headers).toMatchObject({
      ':authority': 'shop',
      'x-tenant': 'a',
      'grpc-timeout': '10000m',
    })
  }
})

test('a health check is as good as what it says', async () => {
  let count = 0
  const port = await serve({
    [HEALTH_CHECK_PATH]: ({ body }) => {
      expect(body).toEqual(Buffer.from(frameMessage(encodeHealthCheck('web'))))
      return { code: 0, message: Uint8Array.of(8, ++count % 2 === 0 ? 2 : 1) }
    },
  })
  const body = encodeHealthCheck('web')
  const requests = [{ ...CALL, path: HEALTH_CHECK_PATH, body }]
  const { collected } = await call(port, { requests, requestsMax: 10 })
  expect(collected.outcomes).toEqual({ ok: 5, mismatch: 5 })
  const detail = detailOfMismatch('not-serving')
  expect(collected.records.filter((record) => record.detail === detail)).toHaveLength(5)
})
