import { describe, expect, test } from 'vitest'
import type { ContainerStatus } from '../../api/pod.ts'
import type { AdoptedContainer } from '../../runtime/runtime.ts'
import { adoptContainer, restartOf } from './adopted-container.ts'
import { newRecord } from './container-record.ts'

const clock = {
  momentOf: (wall: string | undefined) =>
    Date.parse(wall ?? '') - Date.parse('2026-11-21T10:00:00Z'),
  nowWall: '2026-11-21T10:01:00Z',
}
const FRESH = newRecord('app', 'app', 'ContainerCreating')

function adopted(restart: number, more: Partial<AdoptedContainer> = {}): AdoptedContainer {
  const config = {
    id: `uid-app-${restart}`,
    sandboxId: 'uid',
    name: 'app',
    command: ['app'],
    env: {},
    workingDir: '/',
    logPath: '/log',
  }
  return { config, processId: 7, startedMs: Date.parse('2026-11-21T10:00:30Z'), ...more }
}

function status(restart: number, more: Partial<ContainerStatus> = {}): ContainerStatus {
  return {
    name: 'app',
    image: 'app:v1',
    imageID: 'app:v1',
    containerID: `hitless://uid-app-${restart}`,
    ready: true,
    restartCount: restart,
    state: { running: { startedAt: '2026-11-21T10:00:10Z' } },
    lastState: {},
    ...more,
  }
}

const ENDED = {
  terminated: {
    exitCode: 3,
    reason: 'Error',
    finishedAt: '2026-11-21T10:00:20Z',
    containerID: 'hitless://uid-app-0',
  },
}
const EXIT = { exitCode: 3, lastOutput: '' }

describe('a container that runs', () => {
  test('goes on as the API shows it', () => {
    const { record, container } = adoptContainer(FRESH, status(2), adopted(2), clock)
    expect(record).toMatchObject({ containerId: 'uid-app-2', restarts: 2 })
    expect(record.phase).toEqual({
      kind: 'running',
      startedAt: 10_000,
      startedWall: '2026-11-21T10:00:10Z',
    })
    expect(container?.processId).toBe(7)
  })

  test('goes on where the API had not been told of it', () => {
    const { record } = adoptContainer(FRESH, undefined, adopted(0), clock)
    expect(record.phase).toMatchObject({ kind: 'running', startedWall: '2026-11-21T10:00:30Z' })
    expect(record).not.toHaveProperty('last')
  })

  test('has the end that the API shows as its last one when it is a newer start', () => {
    const shown = status(0, { state: ENDED })
    const { record } = adoptContainer(FRESH, shown, adopted(1), clock)
    expect(record).toMatchObject({ restarts: 1, phase: { kind: 'running' }, last: { exitCode: 3 } })
  })
})

test('a container that has ended since is one that runs, until its end is told', () => {
  const { record, container } = adoptContainer(FRESH, status(0), adopted(0, { exit: EXIT }), clock)
  expect(record.phase.kind).toBe('running')
  expect(container?.exit).toBe(EXIT)
})

test.each([
  ['now', { state: ENDED }],
  ['before its back-off', { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ENDED }],
])('an end that the API shows %s is not told again', (_, shown) => {
  const state = adoptContainer(FRESH, status(0, shown), adopted(0, { exit: EXIT }), clock)
  expect(state.container).toBeUndefined()
  expect(state.record.phase.kind).not.toBe('running')
})

test('what ran and is not there any more has ended as unknown', () => {
  const { record, container } = adoptContainer(FRESH, status(0), undefined, clock)
  expect(container).toBeUndefined()
  expect(record.phase).toMatchObject({
    kind: 'terminated',
    termination: { exitCode: 137, reason: 'ContainerStatusUnknown', endedAt: 60_000 },
  })
})

test('one that was never started waits', () => {
  expect(adoptContainer(FRESH, undefined, undefined, clock).record).toEqual(FRESH)
})

test.each([
  ['uid-app-0', 0],
  ['uid-2-app-12', 12],
])('%s is start %i', (id, restart) => expect(restartOf(id)).toBe(restart))
