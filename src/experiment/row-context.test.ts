import { expect, test } from 'vitest'
import type { FactBody } from '../timeline/fact.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Journal } from './journal.ts'
import { RowContext } from './row-context.ts'

const DEPLOYMENT = { namespace: 'default', name: 'web' }

const killing = (name: string): FactBody => ({
  kind: 'event',
  type: 'Normal',
  reason: 'Killing',
  object: { kind: 'Pod', namespace: 'default', name },
  message: 'Stopping container web',
})

const unhealthy = (probe: string): FactBody => ({
  kind: 'event',
  type: 'Warning',
  reason: 'Unhealthy',
  object: { kind: 'Pod', namespace: 'default', name: 'web-1' },
  message: `${probe} probe failed: HTTP probe failed with statuscode: 503`,
})

const pod = (uid: string, ready: boolean): FactBody => ({
  kind: 'pod-observed',
  pod: { namespace: 'default', name: uid, uid },
  owner: { kind: 'ReplicaSet', namespace: 'default', name: 'web-abc' },
  images: ['web:v1'],
  phase: 'Running',
  ready,
  restarts: 0,
})

function newContext() {
  const clock = newVirtualClock()
  const journal = new Journal(clock, undefined)
  const context = new RowContext(journal, DEPLOYMENT)
  journal.record({
    kind: 'replicaset-observed',
    replicaSet: { kind: 'ReplicaSet', namespace: 'default', name: 'web-abc' },
    deployment: 'web',
    desired: 2,
    ready: 0,
    images: ['web:v1'],
  })
  return { clock, journal, context }
}

test('a row that comes late shows what happened in its own second', async () => {
  const { clock, journal, context } = newContext()
  context.startAt(clock.monotonicNs())
  await clock.advance(500)
  journal.record(pod('web-1', true))
  await clock.advance(1_000)
  journal.record(pod('web-1', false))
  journal.record(killing('web-1'))
  await clock.advance(5_000)
  expect(context.of(0)).toMatchObject({ readyPods: 1, notes: [] })
  expect(context.of(1)).toMatchObject({ readyPods: 0, notes: ['Killing web-1'] })
  expect(context.of(2)).toMatchObject({ readyPods: 0, notes: [] })
})

test('equal events of one second are told together', () => {
  const { clock, journal, context } = newContext()
  context.startAt(clock.monotonicNs())
  for (const name of ['web-1', 'web-2', 'web-3']) journal.record(killing(name))
  expect(context.of(0).notes).toEqual(['Killing web-1 +2'])
})

test('a pod that is not ready yet is no news, one that fails its liveness probe is', () => {
  const { clock, journal, context } = newContext()
  context.startAt(clock.monotonicNs())
  journal.record(unhealthy('Readiness'))
  expect(context.of(0).notes).toEqual([])
  journal.record(unhealthy('Liveness'))
  expect(context.of(1).notes).toEqual(['Unhealthy web-1'])
})

test('what happened before the load began is in no row', async () => {
  const { clock, journal, context } = newContext()
  journal.record(killing('web-1'))
  await clock.advance(1_000)
  context.startAt(clock.monotonicNs())
  expect(context.of(0).notes).toEqual([])
})
