import { expect, test } from 'vitest'
import type { LoadFlags } from './load-flags.ts'
import { readLoadOrder } from './load-options.ts'

const WS = 'ws://127.0.0.1:8080/chat'
const HTTP = 'http://127.0.0.1:8080/'

function planOf(url: string, flags: LoadFlags = {}) {
  return readLoadOrder(url, flags).plan
}

test('ws:// is a WebSocket, with sessions on the long lane and a message a second', () => {
  expect(planOf(WS)).toMatchObject({
    protocol: 'websocket',
    target: { host: '127.0.0.1', port: 8080, authority: '127.0.0.1:8080' },
    requests: [{ method: 'GET', path: '/chat' }],
    arrivals: { kind: 'users', users: 10 },
    lanes: [{ lane: 'long', sessions: 10, sessionMs: 30_000 }],
    session: { messageIntervalMs: 1_000 },
  })
})

test('flags say how sessions go', () => {
  const flags = {
    sessions: '3',
    sessionDuration: '2s',
    messageInterval: '50ms',
    expectEcho: true,
    stallTimeout: '1s',
    data: 'order {{n}}',
  }
  expect(planOf(WS, flags)).toMatchObject({
    requests: [{ method: 'GET', body: 'order {{n}}' }],
    lanes: [{ sessions: 3, sessionMs: 2_000 }],
    session: { messageIntervalMs: 50, expectsEcho: true, stallMs: 1_000 },
  })
  expect(planOf(WS, { messageInterval: '0s' }).session).toEqual({})
  expect(planOf(HTTP, { protocol: 'download', whole: true }).session).toEqual({ isWhole: true })
})

test('wss:// and tls:// are verified, and have the ports that they have', () => {
  expect(planOf('wss://localhost/').target).toMatchObject({
    port: 443,
    tls: { serverName: 'localhost', isVerified: true },
  })
  expect(planOf('tls://localhost:5432').target).toMatchObject({
    port: 5432,
    tls: { serverName: 'localhost', isVerified: true },
  })
})

test('tcp:// opens a connection for each request, at a rate, and says nothing on it', () => {
  const { plan, description } = readLoadOrder('tcp://127.0.0.1:5432', { rate: '50/s' })
  expect(plan).toMatchObject({ protocol: 'tcp', lanes: [{ lane: 'new', share: 1 }] })
  expect(plan.requestId).toBeUndefined()
  expect(description.requests).toEqual(['connect'])
})

test.each<[url: string, flags: LoadFlags, fault: string]>([
  ['tcp://127.0.0.1', {}, 'it has no port'],
  ['tcp://127.0.0.1:80/path', {}, 'a bare connection has no path'],
  ['tcp://127.0.0.1:80', { data: 'x' }, '--data with tcp'],
  ['tcp://127.0.0.1:80', { sessions: '3' }, '--sessions without sessions'],
  [HTTP, { whole: true }, '--whole without sessions'],
  [HTTP, { protocol: 'quic' }, '--protocol quic'],
  [HTTP, { protocol: 'websocket' }, '--protocol websocket'],
  [HTTP, { protocol: 'tcp' }, '--protocol tcp'],
  [HTTP, { protocol: 'sse', whole: true }, '--whole with sse'],
  [HTTP, { protocol: 'sse', expectEcho: true }, '--expect-echo with sse'],
  [WS, { protocol: 'sse' }, '--protocol sse with a URL of websocket'],
  [WS, { rate: '5/s' }, '--rate with sessions'],
  [WS, { expectBodyLength: '5' }, '--expect-body-length with sessions'],
  [WS, { sessions: '0' }, '--sessions 0'],
  [WS, { sessionDuration: '0s' }, '--session-duration 0'],
  [WS, { stallTimeout: 'soon' }, '--stall-timeout soon'],
  [WS, { expectEcho: true, data: 'no number' }, '--data no number with --expect-echo'],
  [WS, { expectEcho: true, messageInterval: '0s' }, '--expect-echo without messages'],
])('%s with %j is refused', (url, flags, fault) => {
  expect(() => readLoadOrder(url, flags)).toThrow(fault)
})
