import { describe, expect, test } from 'vitest'
import { deploymentOf, replicaSetOf } from '../testing/objects.ts'
import { planHistoryCleanup } from './history.ts'
import { REVISION } from './revision.ts'

function idle(age: number, revision: number, size = 0) {
  return replicaSetOf(age, size, { annotations: { [REVISION]: String(revision) } })
}

function deleted(limit: number | undefined, olds: Parameters<typeof planHistoryCleanup>[1]) {
  const { revisionHistoryLimit: _limit, ...spec } = deploymentOf().spec
  const deployment = {
    ...deploymentOf(),
    spec: limit === undefined ? spec : { ...spec, revisionHistoryLimit: limit },
  }
  return planHistoryCleanup(deployment, olds).map(({ metadata }) => metadata.name)
}

describe('clean-up of the history (sync_test.go, TestDeploymentController_cleanupDeployment)', () => {
  test('the lowest revisions above the limit go, whatever their age', () => {
    expect(deleted(1, [idle(0, 3), idle(1, 1), idle(2, 2)])).toEqual(['web-1', 'web-2'])
  })

  test('limit 0 keeps none', () => {
    expect(deleted(0, [idle(0, 1), idle(1, 2)])).toEqual(['web-0', 'web-1'])
  })

  test.each([2_147_483_647, undefined])('limit %s keeps all', (limit) => {
    expect(deleted(limit, [idle(0, 1), idle(1, 2), idle(2, 3)])).toEqual([])
  })

  test('a ReplicaSet with pods, or with pods still to go, stays', () => {
    const withPods = { ...idle(1, 2), status: { replicas: 1 } }
    expect(deleted(0, [idle(0, 1, 1), withPods])).toEqual([])
  })

  test('one that is being deleted already does not count', () => {
    const old = idle(0, 1)
    const going = {
      ...old,
      metadata: { ...old.metadata, deletionTimestamp: '2026-01-01T00:01:00Z' },
    }
    expect(deleted(1, [going, idle(1, 2)])).toEqual([])
  })

  test('one whose status is not current yet stays', () => {
    const old = idle(0, 1)
    const unseen = { ...old, metadata: { ...old.metadata, generation: 3 } }
    expect(deleted(0, [unseen])).toEqual([])
  })
})
