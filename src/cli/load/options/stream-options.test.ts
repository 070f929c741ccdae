import { describe, expect, test } from 'vitest'
import { HEALTH_CHECK_PATH } from '../../../base/grpc-health.ts'
import { seededRandom } from '../../../world/random.ts'
import type { LoadFlags } from './load-flags.ts'
import { readLoadOrder } from './load-options.ts'

const URL = 'http://127.0.0.1:50051'

const sources = { read: () => new Uint8Array([1, 2]), random: seededRandom(1) }
const orderOf = (flags: LoadFlags, url = URL) => readLoadOrder(url, flags, sources)

describe('the protocol', () => {
  test.each<[flags: LoadFlags, protocol: string | undefined]>([
    [{}, undefined],
    [{ http2: true }, 'http2'],
    [{ protocol: 'http2' }, 'http2'],
    [{ protocol: 'http2', http2: true }, 'http2'],
    [{ grpcHealth: true }, 'grpc'],
    [{ grpcMethod: 'a.B/C', http2: true }, 'grpc'],
    [{ grpcMethod: '/a.B/C', protocol: 'grpc' }, 'grpc'],
  ])('of %j is %s', (flags, protocol) => {
    const { plan, description } = orderOf(flags)
    expect([plan.protocol, description.protocol]).toEqual([protocol, protocol ?? 'http1'])
  })

  test('of a path that is a method may be gRPC', () => {
    const { plan, description } = orderOf({ protocol: 'grpc', data: '@file' }, `${URL}/a.B/C`)
    expect(plan.requests).toMatchObject([
      { method: 'POST', path: '/a.B/C', body: Uint8Array.of(1, 2) },
    ])
    expect(description.expected).toEqual(['gRPC status OK'])
  })
})

test('streams belong to the connections that are reused', () => {
  const { plan } = orderOf({ http2: true, streams: '5', lanes: 'new=0.5,reused=0.5' })
  expect(plan.lanes).toEqual([
    { lane: 'new', share: 0.5 },
    { lane: 'reused', share: 0.5, connections: 16, streamsMax: 5 },
  ])
})

test('a health check asks for a service, or for the server as a whole', () => {
  const bodyOf = (grpcHealth: string | true) => orderOf({ grpcHealth }).plan.requests[0]?.body
  expect(bodyOf(true)).toEqual(new Uint8Array(0))
  expect(bodyOf('web')).toEqual(new Uint8Array([0x0a, 3, 119, 101, 98]))
  expect(orderOf({ grpcHealth: true }).plan.requests[0]).toMatchObject({
    method: 'POST',
    path: HEALTH_CHECK_PATH,
  })
})

test('a message is written in hexadecimal digits', () => {
  const { plan } = orderOf({ grpcMethod: 'a.B/C', dataHex: '0a 03\n776562', header: ['a: b'] })
  expect(plan.requests).toEqual([
    {
      method: 'POST',
      path: '/a.B/C',
      headers: { a: 'b' },
      weight: 1,
      body: new Uint8Array([0x0a, 3, 119, 101, 98]),
    },
  ])
})

test.each<[said: string, flags: LoadFlags]>([
  ['--protocol sse with http2', { http2: true, protocol: 'sse' }],
  ['--protocol http2 with grpc', { grpcHealth: true, protocol: 'http2' }],
  ['--streams with http1', { streams: '3' }],
  ['--streams with tcp', { streams: '3' }],
  ['--streams 0', { http2: true, streams: '0' }],
  ['--streams without the lane reused', { http2: true, streams: '3', lanes: 'new' }],
  ['--grpc-method (missing)', { protocol: 'grpc' }],
  ['--grpc-method x', { grpcMethod: 'x' }],
  ['--grpc-method with --request', { grpcMethod: 'a.B/C', request: ['/a'] }],
  ['--method with gRPC', { grpcMethod: 'a.B/C', method: 'PUT' }],
  ['--success with gRPC', { grpcMethod: 'a.B/C', success: '200' }],
  ['--data-hex 0x0a', { grpcMethod: 'a.B/C', dataHex: '0x0a' }],
  ['--data-hex with --data', { grpcMethod: 'a.B/C', dataHex: '0a', data: 'a' }],
  ['--grpc-health with --data-hex', { grpcHealth: true, dataHex: '0a' }],
])('%s is refused', (said, flags) => {
  const url = said.endsWith('tcp') ? 'tcp://127.0.0.1:1' : URL
  expect(() => orderOf(flags, url)).toThrow(`${said}: not understood`)
})
