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
const routed = (at: number, ip: string, name = 'web'): Fact => ({
  at,
  kind: 'connection-routed',
  service: { kind: 'Service', namespace: 'default', name },
  clientPort: 40_000,
  endpoint: { ip, port: 8080 },
  result: 'connected',
})

const service = { namespace: 'default', name: 'web', port: 80 }
const facts = [routed(10e9, '10.0.0.1'), routed(50e9, '10.0.0.2')]
const routes = routesOf(facts, [], service)
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

test('a connection that reached no endpoint is not joined with the one that had its port before', () => {
  const reset = { ...endingAt(30e9), intendedAt: 29e9, outcome: 'reset-fresh' as const }
  expect(addressOf(reset)).toBeUndefined()
})

test('later requests of a connection are joined as its first one was, whoever used its port since', () => {
  const first = { ...endingAt(11e9), intendedAt: 9e9, connection: 7 }
  const later = { ...endingAt(60e9), intendedAt: 59e9, connection: 7, requestsBefore: 3 }
  expect(routesOf(facts, [first, later], service).routeOf(later)).toMatchObject({ at: 10e9 })
})

test('what was routed to another Service is no route of a request', () => {
  const other = routed(15e9, '10.0.0.9', 'database')
  expect(routesOf([facts[0]!, other], [], service).routeOf(endingAt(20e9))).toMatchObject({
    endpoint: { ip: '10.0.0.1' },
  })
  // That the data plane tells of connections is known all the same.
  expect(routesOf([other], [], service).known).toBe(true)
})
