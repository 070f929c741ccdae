import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backOffUntil, formatBackOff, raiseBackOff } from './container/back-off.ts'
import type { ContainerPhase, ContainerRecord, Termination } from './container/container-record.ts'
import { planSync, type SyncAction } from './lifecycle.ts'
import { podPhase } from './pod/phase.ts'
import type { RestartPolicy } from './pod/sync-view.ts'
import { DEFAULT_TIMINGS, NS_PER_S } from './timings.ts'

const ended = (exitCode: number): Termination => ({
  containerId: 'c0',
  exitCode,
  reason: exitCode === 0 ? 'Completed' : 'Error',
  endedAt: 100 * NS_PER_S,
})
const waiting: ContainerPhase = { kind: 'waiting', reason: 'ContainerCreating' }
const running: ContainerPhase = { kind: 'running', startedAt: 0, startedWall: '' }
const exit = (code: number): ContainerPhase => ({ kind: 'terminated', termination: ended(code) })

const container = (phase: ContainerPhase, changes: Partial<ContainerRecord> = {}) => ({
  name: 'app',
  role: 'app' as const,
  phase,
  ...(phase.kind === 'waiting' ? {} : { containerId: 'c0' }),
  restarts: 0,
  ...changes,
})

describe('what to do next at 105 s, for a container that ended at 100 s', () => {
  const backOff = { delayMs: 10_000, raisedAt: 90 * NS_PER_S }
  const retryAt = 107 * NS_PER_S
  const crashed = { reason: 'CrashLoopBackOff', kind: 'waiting' } as const
  const start: SyncAction = { kind: 'start', container: 'app' }
  const rows: readonly (readonly [string, RestartPolicy, ContainerRecord, SyncAction])[] = [
    ['never ran', 'Always', container(waiting), start],
    ['never ran', 'Never', container(waiting), start],
    ['runs', 'Always', container(running), { kind: 'wait' }],
    ['ended the first time', 'Always', container(exit(0)), start],
    ['ended well', 'OnFailure', container(exit(0)), { kind: 'ended' }],
    ['ended badly', 'OnFailure', container(exit(1)), start],
    ['ended badly', 'Never', container(exit(1)), { kind: 'ended' }],
    [
      'ended again',
      'Always',
      container(exit(1), { backOff }),
      { kind: 'back-off', container: 'app', delayMs: 10_000 },
    ],
    [
      'is known to wait for its back-off',
      'Always',
      container(crashed, { backOff, last: ended(1) }),
      { kind: 'wait', until: 110 * NS_PER_S },
    ],
    [
      'waits for the retry of an error',
      'Always',
      container({ ...waiting, retryAt }),
      { kind: 'wait', until: retryAt },
    ],
  ]
  test.each(rows)('%s, %s', (_name, restartPolicy, record, expected) => {
    const view = { restartPolicy, containers: [{ record }] }
    expect(planSync(view, 105 * NS_PER_S, DEFAULT_TIMINGS)).toEqual(expected)
  })
})

test('a failed probe kills the container before anything else is started', () => {
  const containers = [
    { record: container(waiting, { name: 'a' }) },
    { record: container(running, { name: 'b' }), failedProbe: 'startup' as const },
  ]
  const messageFor = (restartPolicy: RestartPolicy) =>
    planSync({ restartPolicy, containers }, 0, DEFAULT_TIMINGS)
  expect(messageFor('Always')).toEqual({
    kind: 'kill',
    container: 'b',
    message: 'Container b failed startup probe, will be restarted',
  })
  expect(messageFor('Never')).toMatchObject({ message: 'Stopping container b' })
})

test('a container waits while an init container before it has not done its work', () => {
  const next = (phase: ContainerPhase, restartPolicy: RestartPolicy = 'Always') =>
    planSync(
      {
        restartPolicy,
        containers: [
          { record: container(phase, { name: 'init', role: 'init' }) },
          { record: container(waiting) },
        ],
      },
      200 * NS_PER_S,
      DEFAULT_TIMINGS,
    )
  expect(next(waiting)).toEqual({ kind: 'start', container: 'init' })
  expect(next(running)).toEqual({ kind: 'wait' })
  expect(next(exit(1))).toEqual({ kind: 'start', container: 'init' })
  expect(next(exit(1), 'Never')).toEqual({ kind: 'ended' })
  expect(next(exit(0))).toEqual({ kind: 'start', container: 'app' })
})

/** Of pods whose containers have no startup probes. */
const phaseOf = (
  containers: readonly ContainerRecord[],
  restartPolicy: RestartPolicy,
  isOver = false,
) => {
  const started = new Set(containers.map(({ name }) => name))
  return podPhase(containers, { restartPolicy, started, isOver })
}

describe('the phase (TestPodPhaseWithRestartAlways, Never, OnFailure)', () => {
  const lastOnly = container({ kind: 'waiting', reason: 'CrashLoopBackOff' }, { last: ended(1) })
  const rows: readonly (readonly [string, readonly ContainerRecord[], readonly string[]])[] = [
    // Always, OnFailure, Never; then of a deleted pod whose containers have ended.
    ['all waiting', [container(waiting)], ['Pending', 'Pending', 'Pending']],
    ['all running', [container(running), container(running)], ['Running', 'Running', 'Running']],
    ['ended well', [container(exit(0))], ['Running', 'Succeeded', 'Succeeded']],
    ['ended badly', [container(exit(7))], ['Running', 'Running', 'Failed']],
    ['one runs', [container(running), container(exit(1))], ['Running', 'Running', 'Running']],
    ['one waits', [container(running), container(waiting)], ['Pending', 'Pending', 'Pending']],
    ['in its back-off', [lastOnly], ['Running', 'Running', 'Failed']],
  ]
  test.each(rows)('%s', (_name, containers, expected) => {
    const policies: readonly RestartPolicy[] = ['Always', 'OnFailure', 'Never']
    expect(policies.map((policy) => phaseOf(containers, policy))).toEqual(expected)
  })

  test.each([
    [0, 'Succeeded'],
    [7, 'Failed'],
  ])('after a delete exit code %s is %s whatever the restart policy (5.5)', (code, expected) => {
    expect(phaseOf([container(exit(code))], 'Always', true)).toBe(expected)
  })
})

test('the back-off doubles from 10 s to 300 s and is never longer', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 599 }), { maxLength: 12 }), (runSeconds) => {
      let backOff = undefined
      let now = 0
      for (const [index, seconds] of runSeconds.entries()) {
        const endedAt = now + seconds * NS_PER_S
        const until = backOffUntil(backOff, endedAt, DEFAULT_TIMINGS)
        const expected = index === 0 ? 0 : Math.min(10 * 2 ** (index - 1), 300)
        expect(((until ?? endedAt) - endedAt) / NS_PER_S).toBe(expected)
        now = until ?? endedAt
        backOff = raiseBackOff(backOff, endedAt, now, DEFAULT_TIMINGS)
      }
    }),
  )
})

test.each([
  [10_000, '10s'],
  [80_000, '1m20s'],
  [300_000, '5m0s'],
])('a back-off of %s ms reads %s', (delayMs, text) => {
  expect(formatBackOff(delayMs)).toBe(text)
})
