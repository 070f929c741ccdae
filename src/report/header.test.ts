import { expect, test } from 'vitest'
import type { RunDescription } from '../verdict/recording.ts'
import { renderHeader } from './header.ts'
import { PLAIN_STYLE } from './style.ts'

const LOAD: RunDescription['load'] = {
  ratePerSecond: 20,
  timeoutMs: 5_000,
  lanes: [
    { lane: 'new', share: 0.2 },
    { lane: 'reused', share: 0.8, connectionAgeMsMax: 60_000 },
  ],
  requests: [{ method: 'GET', path: '/' }],
}
const SHARES = 'new connections 20 % + reused 80 % (replaced after 1m)'
const HELD = { lanes: [{ lane: 'long', share: 1, sessions: 10, sessionMs: 30_000 }] }

test.each<readonly [Partial<RunDescription['load']>, string]>([
  [{}, `20 req/s, open loop, ${SHARES}, no retries, timeout 5s, GET /`],
  [
    { protocol: 'http2', tls: { isVerified: false } },
    `20 req/s, open loop, ${SHARES}, HTTP/2 over TLS (certificate NOT verified), no retries, timeout 5s, GET /`,
  ],
  [
    { tls: { isVerified: true }, expected: ['status 200', 'a body with /ok/'] },
    `20 req/s, open loop, ${SHARES}, HTTP/1.1 over TLS, no retries, timeout 5s, GET /, expecting status 200 and a body with /ok/`,
  ],
  [
    { ...HELD, protocol: 'websocket' },
    '10 sessions at a time, each held for 30s, WebSocket, no retries, timeout 5s, GET /',
  ],
])('a load with %j is told as it is', (given, told) => {
  const run: RunDescription = {
    schemaVersion: 1,
    hitlessVersion: '0',
    startedAt: '2026-01-01T00:00:00Z',
    engine: 'embedded',
    deployment: { namespace: 'default', name: 'web' },
    change: 'a restart',
    target: {
      description: 'Service/web:80',
      service: { namespace: 'default', name: 'web', port: 80 },
    },
    path: { profile: 'none', description: 'none', dataPlane: 'forwarder' },
    load: { ...LOAD, ...given },
    expect: { droppedMax: 0 },
    objects: [],
  }
  const text = renderHeader(run, PLAIN_STYLE).replaceAll(/\s+/g, ' ')
  expect(text).toContain(`load ${told}`)
})
