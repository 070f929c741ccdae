import { describe, expect, test } from 'vitest'
import { deploymentOf, replicaSetOf } from '../testing/objects.ts'
import {
  planNewSize,
  planOldSizes,
  planRollingUpdate,
  planScaleDown,
  planUnhealthyCleanup,
  type Resize,
} from './rolling.ts'

function rolling(budget: { surge?: number; unavailable?: number }, replicas = 10) {
  const { surge = 0, unavailable = 0 } = budget
  const strategy = { rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } }
  return deploymentOf({ replicas, strategy })
}

function sizesAfter(resizes: readonly Resize[]) {
  return resizes.map(({ replicaSet, size }) => [replicaSet.metadata.name, size])
}

describe('the size of the new ReplicaSet (rolling_test.go, TestDeploymentController_reconcileNewReplicaSet)', () => {
  test.each([
    { surge: 0, old: 10, size: 0, next: 0 },
    { surge: 2, old: 10, size: 0, next: 2 },
    { surge: 2, old: 5, size: 0, next: 7 },
    { surge: 2, old: 10, size: 2, next: 2 },
    { surge: 2, old: 2, size: 11, next: 10 },
    { surge: 1, old: 0, size: 10, next: 10 },
  ])('surge $surge, old $old, new $size → $next', ({ surge, old, size, next }) => {
    const olds = [replicaSetOf(0, old)]
    expect(planNewSize(rolling({ surge }), replicaSetOf(1, size), olds)).toBe(next)
  })

  test.each([
    { replicas: 1, surge: 1, size: 5, next: 1 },
    { replicas: 6, surge: 1, size: 2, next: 6 },
  ])('alone: desired $replicas, new $size → $next', ({ replicas, surge, size, next }) => {
    expect(planNewSize(rolling({ surge }, replicas), replicaSetOf(1, size), [])).toBe(next)
  })

  test('Recreate takes all at once', () => {
    const deployment = deploymentOf({ replicas: 3, strategy: { type: 'Recreate' } })
    expect(planNewSize(deployment, replicaSetOf(1, 1), [])).toBe(3)
  })
})

describe('the sizes of old ReplicaSets (TestDeploymentController_reconcileOldReplicaSets)', () => {
  test.each([
    { unavailable: 0, old: 10, ready: 10, fresh: 0, next: 9 },
    { unavailable: 2, old: 10, ready: 10, fresh: 0, next: 8 },
    { unavailable: 2, old: 10, ready: 8, fresh: 0, next: 8 },
    { unavailable: 2, old: 10, ready: 9, fresh: 0, next: 8 },
    { unavailable: 2, old: 8, ready: 8, fresh: 2, next: undefined },
  ])(
    'unavailable $unavailable, old $old with $ready ready, $fresh new unready ones → $next',
    ({ unavailable, old, ready, fresh, next }) => {
      const olds = [replicaSetOf(0, old, { available: ready })]
      const newest = replicaSetOf(1, fresh, { available: 0 })
      const resizes = planOldSizes(rolling({ unavailable }), newest, olds)
      expect(resizes.at(-1)?.size).toBe(next)
    },
  )

  test('a new ReplicaSet that crashes in a loop freezes the old ones', () => {
    const newest = replicaSetOf(1, 5, { available: 0 })
    const olds = [replicaSetOf(0, 8)]
    expect(planOldSizes(rolling({ surge: 3, unavailable: 2 }), newest, olds)).toEqual([])
  })

  test('a status that still counts pods that were told to go decides nothing', () => {
    const newest = replicaSetOf(1, 5)
    const olds = [replicaSetOf(0, 8, { available: 10 })]
    expect(planOldSizes(rolling({ surge: 3, unavailable: 2 }), newest, olds)).toEqual([])
  })

  test('unready pods of all old ReplicaSets go first, then ready ones of the oldest', () => {
    const olds = [replicaSetOf(1, 5, { available: 0 }), replicaSetOf(0, 8)]
    const newest = replicaSetOf(2, 0)
    const resizes = planOldSizes(rolling({ surge: 3, unavailable: 2 }), newest, olds)
    expect(sizesAfter(resizes)).toEqual([['web-1', 0]])
    const next = [replicaSetOf(0, 8), replicaSetOf(1, 0)]
    const later = planOldSizes(rolling({ surge: 3, unavailable: 2 }), replicaSetOf(2, 5), next)
    expect(sizesAfter(later)).toEqual([['web-0', 3]])
  })
})

describe('pods that are not available go first (TestDeploymentController_cleanupUnhealthyReplicas)', () => {
  test.each([
    { old: 10, ready: 8, budget: 1, cleaned: 1 },
    { old: 10, ready: 8, budget: 3, cleaned: 2 },
    { old: 10, ready: 8, budget: 0, cleaned: 0 },
    { old: 10, ready: 10, budget: 3, cleaned: 0 },
  ])('$ready of $old ready, budget $budget → $cleaned', ({ old, ready, budget, cleaned }) => {
    const plan = planUnhealthyCleanup([replicaSetOf(0, old, { available: ready })], budget)
    expect(old - (plan.resizes[0]?.size ?? old)).toBe(cleaned)
  })
})

describe('what the budget lets go (TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate)', () => {
  test.each([
    { unavailable: 0, ready: 10, old: 10, next: 9 },
    { unavailable: 2, ready: 10, old: 10, next: 8 },
    { unavailable: 2, ready: 8, old: 10, next: undefined },
    { unavailable: 2, ready: 1, old: 10, next: undefined },
  ])(
    'unavailable $unavailable, $ready of $old ready → $next',
    ({ unavailable, ready, old, next }) => {
      const olds = [replicaSetOf(0, old, { available: ready })]
      const resizes = planScaleDown(rolling({ unavailable }), replicaSetOf(1, 0), olds)
      expect(resizes[0]?.size).toBe(next)
    },
  )
})

test('a step either grows the new ReplicaSet or shrinks old ones', () => {
  const deployment = rolling({ surge: 3, unavailable: 2 })
  const growing = planRollingUpdate(deployment, replicaSetOf(1, 3, { available: 0 }), [
    replicaSetOf(0, 8),
  ])
  expect(sizesAfter(growing)).toEqual([['web-1', 5]])
  const shrinking = planRollingUpdate(deployment, replicaSetOf(1, 5, { available: 2 }), [
    replicaSetOf(0, 8),
  ])
  expect(sizesAfter(shrinking)).toEqual([['web-0', 6]])
})
