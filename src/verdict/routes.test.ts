import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import { GOOD_ROLLOUT } from '../../tests/recording-script.ts'
import type { Fact } from '../timeline/fact.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { routesOf } from './routes.ts'

const [template] = recordingOf(GOOD_ROLLOUT).requests
const endingAt = (endedAt: number, localPort = 40_000): RequestRecord => {
  if (template === undefined) throw new TypeError('the plan has a request')
  return { ...template, endedAt, localPort }
}
const routed = (at: number, ip: string): Fact => ({
  at,
  kind: 'connection-routed',
  service: { kind: 'Service', namespace: 'default', name: 'web' },
  clientPort: 40_000,
  endpoint: { ip, port: 8080 },
  result: 'connected',
})

const routes = routesOf([routed(10e9, '10.0.0.1'), routed(50e9, '10.0.0.2')])
const addressOf = (record: RequestRecord) => routes.routeOf(record)?.endpoint.ip

test.each([
  ['the last route from its port before its end', 20e9, '10.0.0.1'],
  ['the newer one once the port is used again', 51e9, '10.0.0.2'],
  ['a route that was reported shortly after its end', 9.5e9, '10.0.0.1'],
  ['none when the first one comes much later', 8e9, undefined],
])('a request is joined with %s', (_what, endedAt, ip) => {
  expect(addressOf(endingAt(endedAt))).toBe(ip)
})

test('a request without a port, or from a port that nobody routed, has no route', () => {
  expect(addressOf(endingAt(20e9, 0))).toBeUndefined()
  expect(addressOf(endingAt(20e9, 40_001))).toBeUndefined()
})
