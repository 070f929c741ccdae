import { expect, test } from 'vitest'
import { podOf, readyStatus } from '../testing/objects.ts'
import { hasSameEndpoints } from './endpoint.ts'

const STATUS = readyStatus('10.0.0.1')
const POD = podOf('a', { status: STATUS })

test.each([
  ['its address', { status: readyStatus('10.0.0.2') }],
  ['its second address', { status: { ...STATUS, podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd::1' }] } }],
  ['its readiness', { status: readyStatus('10.0.0.1', false) }],
  ['its end', { status: { ...STATUS, phase: 'Succeeded' } }],
  ['its deletion', { status: STATUS, metadata: { deletionTimestamp: '2026-01-01T00:00:30Z' } }],
  ['its labels', { status: STATUS, metadata: { labels: { app: 'other' } } }],
  ['its node', { status: STATUS, spec: { nodeName: 'another' } }],
] as const)('a change of %s is one of its endpoints', (_what, changes) => {
  expect(hasSameEndpoints(POD, podOf('a', changes))).toBe(false)
})

test('the other changes of a pod are none of its endpoints', () => {
  const metadata = { resourceVersion: '2', annotations: { note: 'seen' } }
  const containerStatuses = [{ name: 'web', ready: true, restartCount: 1 }]
  const changed = podOf('a', { metadata, status: { ...STATUS, containerStatuses } })
  expect(hasSameEndpoints(POD, changed)).toBe(true)
})
