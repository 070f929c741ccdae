import { expect, test } from 'vitest'
import type { FactBody } from '../timeline/fact.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Journal } from './journal.ts'
import { waitFor, type WaitOptions, waitUntil } from './waiting.ts'

function newWait(deadlineMs = 60_000) {
  const clock = newVirtualClock()
  const journal = new Journal(clock, undefined)
  const interruption = new AbortController()
  const options: WaitOptions = {
    clock,
    journal,
    deployment: { namespace: 'default', name: 'web' },
    deadlineNs: deadlineMs * 1e6,
    signal: interruption.signal,
    goal: 'the end',
  }
  return { clock, journal, interruption, options }
}

const observed = (
  changes: Partial<Extract<FactBody, { kind: 'deployment-observed' }>>,
): FactBody => ({
  kind: 'deployment-observed',
  deployment: { kind: 'Deployment', namespace: 'default', name: 'web' },
  strategy: 'RollingUpdate',
  observed: true,
  desired: 1,
  replicas: 1,
  updated: 1,
  ready: 1,
  available: 0,
  ...changes,
})

test('a wait ends with the fact that brings what is waited for', async () => {
  const { journal, options, clock } = newWait()
  const wait = waitUntil((situation) => situation.deployments.size > 0, options)
  journal.record({ kind: 'change-applied', description: 'nothing of interest' })
  journal.record(observed({}))
  await wait
  expect(clock.timerCount).toBe(0)
})

test('a wait for a time ends after it, whatever happens', async () => {
  const { clock, options } = newWait()
  const wait = waitFor(5_000, options)
  await clock.advance(10_000)
  await wait
  expect(clock.timerCount).toBe(0)
})

test.each([
  ['the deadline of the run', 'timeout', {}],
  [
    'the progress deadline of the rollout',
    'progress-deadline',
    { progress: 'ProgressDeadlineExceeded' },
  ],
])('a wait is cut short by %s', async (_, reason, changes) => {
  const { clock, journal, options } = newWait(3_000)
  const wait = waitUntil(() => false, options)
  const rejected = expect(wait).rejects.toMatchObject({ name: 'CutShort', reason })
  journal.record(observed(changes))
  await clock.advance(5_000)
  await rejected
  expect(clock.timerCount).toBe(0)
})

test('an old progress deadline does not cut the wait for a newer spec short', async () => {
  const { journal, options } = newWait()
  const wait = waitUntil((situation) => situation.pods.size > 0, options)
  journal.record(observed({ observed: false, progress: 'ProgressDeadlineExceeded' }))
  journal.record({
    kind: 'pod-observed',
    pod: { namespace: 'default', name: 'a', uid: 'a' },
    images: [],
    phase: 'Running',
    ready: true,
    restarts: 0,
  })
  await expect(wait).resolves.toBeUndefined()
})

test('an interruption cuts every wait short at once', async () => {
  const { interruption, options, clock } = newWait()
  const wait = waitFor(5_000, options)
  interruption.abort()
  await expect(wait).rejects.toMatchObject({ reason: 'interrupted' })
  await expect(waitFor(5_000, options)).rejects.toMatchObject({ reason: 'interrupted' })
  expect(clock.timerCount).toBe(0)
})
