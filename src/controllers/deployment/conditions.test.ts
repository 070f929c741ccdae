import { describe, expect, test } from 'vitest'
import type { Condition } from '../../api/meta.ts'
import type { DeploymentStatus } from '../../api/workload.ts'
import { deploymentOf } from '../testing/objects.ts'
import {
  hasProgressed,
  hasTimedOut,
  isComplete,
  pauseConditions,
  progressConditions,
} from './conditions.ts'

const START = '2026-01-01T00:00:00Z'
const START_MS = 1_767_225_600_000

function progressing(status: Condition['status'], reason: string): Condition {
  return {
    type: 'Progressing',
    status,
    reason,
    lastUpdateTime: START,
    lastTransitionTime: START,
  }
}

describe('a Deployment is complete (deployment_util_test.go, TestDeploymentComplete)', () => {
  test.each([
    { desired: 5, replicas: 5, updated: 5, available: 4, complete: false },
    { desired: 5, replicas: 5, updated: 5, available: 5, complete: true },
    { desired: 5, replicas: 6, updated: 5, available: 5, complete: false },
    { desired: 5, replicas: 5, updated: 4, available: 5, complete: false },
    { desired: 1, replicas: 1, updated: 0, available: 1, complete: false },
    { desired: 1, replicas: 1, updated: 1, available: 0, complete: false },
  ])(
    '$desired wanted, $replicas there, $updated updated, $available available: $complete',
    ({ desired, replicas, updated, available, complete }) => {
      const status = { replicas, updatedReplicas: updated, availableReplicas: available }
      const deployment = deploymentOf({ replicas: desired })
      expect(isComplete(deployment, { ...status, observedGeneration: 1 })).toBe(complete)
      expect(isComplete(deployment, { ...status, observedGeneration: 0 })).toBe(false)
    },
  )
})

describe('progress (TestDeploymentProgressing)', () => {
  const before = { replicas: 10, updatedReplicas: 4, readyReplicas: 9, availableReplicas: 9 }
  test.each<[string, DeploymentStatus, boolean]>([
    ['the same', {}, false],
    ['one more new pod', { replicas: 11, updatedReplicas: 5 }, true],
    ['one more old pod', { replicas: 11 }, false],
    ['one less old pod', { replicas: 9 }, true],
    ['one more ready', { readyReplicas: 10 }, true],
    ['one more available', { availableReplicas: 10 }, true],
    ['one less available', { availableReplicas: 8 }, false],
  ])('%s', (_name, change, expected) => {
    expect(hasProgressed(before, { ...before, ...change })).toBe(expected)
  })
})

describe('the progress deadline (TestDeploymentTimedOut)', () => {
  const deployment = deploymentOf({ progressDeadlineSeconds: 10 })
  test.each([
    ['NewReplicaSetCreated', 10_000, false],
    ['NewReplicaSetCreated', 10_001, true],
    ['ReplicaSetUpdated', 11_000, true],
    ['NewReplicaSetAvailable', 99_000, false],
    ['ProgressDeadlineExceeded', 0, true],
  ])('%s after %i ms: %s', (reason, afterMs, expected) => {
    const status = { conditions: [progressing('True', reason)] }
    expect(hasTimedOut(deployment, status, START_MS + afterMs)).toBe(expected)
  })

  test('without a deadline nothing times out and no progress is told', () => {
    const { progressDeadlineSeconds: _deadline, ...spec } = deploymentOf().spec
    const free = { ...deploymentOf(), spec }
    const status = { conditions: [progressing('True', 'NewReplicaSetCreated')] }
    expect(hasTimedOut(free, status, START_MS + 9e9)).toBe(false)
    const options = { before: status.conditions, subject: 'x', nowMs: START_MS }
    expect(progressConditions(free, status, options)).toEqual([])
  })

  test('a deadline that was missed is not final: progress makes the condition True again', () => {
    const late = progressing('False', 'ProgressDeadlineExceeded')
    const next = { readyReplicas: 1, conditions: [late] }
    const options = { before: [late], subject: 'ReplicaSet "web-1"', nowMs: START_MS + 5_000 }
    expect(progressConditions(deployment, next, options)).toEqual([
      {
        type: 'Progressing',
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: 'ReplicaSet "web-1" is progressing.',
        lastUpdateTime: '2026-01-01T00:00:05Z',
        lastTransitionTime: '2026-01-01T00:00:05Z',
      },
    ])
  })

  test('progress under the same status moves the update time and not the transition time', () => {
    const before = [progressing('True', 'ReplicaSetUpdated')]
    const options = { before, subject: 'x', nowMs: START_MS + 5_000 }
    const [condition] = progressConditions(
      deployment,
      { readyReplicas: 1, conditions: before },
      options,
    )
    expect(condition?.lastUpdateTime).toBe('2026-01-01T00:00:05Z')
    expect(condition?.lastTransitionTime).toBe(START)
  })

  test('scaling a complete rollout leaves it complete', () => {
    const before = [progressing('True', 'NewReplicaSetAvailable')]
    const next = { replicas: 4, updatedReplicas: 4, availableReplicas: 1, conditions: before }
    const options = { before, subject: 'x', nowMs: START_MS }
    expect(progressConditions(deployment, next, options)).toBe(before)
  })
})

function reasonAfter(paused: boolean, reason: string | undefined) {
  const conditions = reason === undefined ? [] : [progressing('True', reason)]
  const deployment = { ...deploymentOf({ paused }), status: { conditions } }
  return pauseConditions(deployment, START_MS)[0]?.reason
}

describe('pausing', () => {
  test.each([
    [true, 'ReplicaSetUpdated', 'DeploymentPaused'],
    [true, undefined, 'DeploymentPaused'],
    [true, 'DeploymentPaused', 'DeploymentPaused'],
    [true, 'ProgressDeadlineExceeded', 'ProgressDeadlineExceeded'],
    [false, 'DeploymentPaused', 'DeploymentResumed'],
    [false, 'NewReplicaSetAvailable', 'NewReplicaSetAvailable'],
    [false, undefined, undefined],
  ])('paused %s after %s gives %s', (paused, reason, expected) => {
    expect(reasonAfter(paused, reason)).toBe(expected)
  })
})
