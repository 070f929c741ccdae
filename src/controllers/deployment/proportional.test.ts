import { describe, expect, test } from 'vitest'
import type { ReplicaSet } from '../../api/workload.ts'
import { deploymentOf, replicaSetOf } from '../testing/objects.ts'
import { planScaling } from './proportional.ts'
import { sizeOf } from './replica-counts.ts'
import { DESIRED_REPLICAS, MAX_REPLICAS } from './revision.ts'

/** Sizes are listed from the new ReplicaSet to the oldest; null is a new one that does not exist. */
type Sizes = readonly (number | null)[]

function scaled(options: {
  readonly from: number
  readonly to: number
  readonly sizes: Sizes
  readonly surge?: number
  readonly surgeBefore?: number
  readonly available?: number
}): Sizes {
  const { from, to, sizes, surge = 0, surgeBefore = surge, available = 0 } = options
  const annotations = {
    [DESIRED_REPLICAS]: String(from),
    [MAX_REPLICAS]: String(from + surgeBefore),
  }
  const replicaSets = sizes.map((size, index) =>
    size === null
      ? undefined
      : replicaSetOf(sizes.length - index, size, { annotations, available }),
  )
  const [newest, ...olds] = replicaSets
  const strategy = { rollingUpdate: { maxSurge: surge, maxUnavailable: 0 } }
  const existing = olds.filter((old): old is ReplicaSet => old !== undefined)
  const { resizes } = planScaling(deploymentOf({ replicas: to, strategy }), newest, existing)
  return replicaSets.map((replicaSet) => {
    if (replicaSet === undefined) return null
    const resize = resizes.find((one) => one.replicaSet === replicaSet)
    return resize?.size ?? sizeOf(replicaSet)
  })
}

describe('scaling (sync_test.go, TestScale)', () => {
  test.each<{
    from: number
    to: number
    sizes: Sizes
    next: Sizes
    surge?: number
    surgeBefore?: number
  }>([
    { from: 10, to: 12, sizes: [10], next: [12] },
    { from: 10, to: 5, sizes: [10], next: [5] },
    { from: 5, to: 10, sizes: [2, 3], next: [4, 6] },
    { from: 5, to: 3, sizes: [2, 3], next: [1, 2] },
    { from: 9, to: 4, sizes: [8, 1], next: [4, 0] },
    { from: 7, to: 10, sizes: [2, 3, 2], next: [3, 4, 3] },
    { from: 13, to: 8, sizes: [2, 8, 3], next: [1, 5, 2] },
    { from: 3, to: 4, sizes: [1, 1, 1], next: [2, 1, 1] },
    { from: 3, to: 2, sizes: [1, 1, 1], next: [1, 1, 0] },
    { from: 4, to: 5, sizes: [null, 2, 2], next: [null, 3, 2] },
    { from: 6, to: 0, sizes: [3, 2, 1], next: [0, 0, 0] },
    { from: 0, to: 6, sizes: [0, 0, 0], next: [6, 0, 0] },
    { from: 10, to: 20, sizes: [6, 6], next: [11, 11], surge: 2 },
    { from: 10, to: 50, sizes: [5, 8], next: [22, 34], surge: 6, surgeBefore: 3 },
    { from: 10, to: 14, sizes: [null, 7, 3], next: [null, 10, 4] },
  ])('$from → $to with $sizes gives $next', ({ next, ...options }) => {
    expect(scaled(options)).toEqual(next)
  })

  test.each<{
    from: number
    to: number
    sizes: Sizes
    next: Sizes
    surge: number
    surgeBefore: number
  }>([
    { from: 10, to: 16, sizes: [7, 6], next: [11, 9], surge: 4, surgeBefore: 3 },
    { from: 6, to: 10, sizes: [5, 3], next: [8, 5], surge: 3, surgeBefore: 2 },
    { from: 10, to: 15, sizes: [6, 3, 4], next: [9, 4, 6], surge: 4, surgeBefore: 3 },
  ])('measured on Kubernetes 1.34: $from → $to with $sizes gives $next', ({ next, ...options }) => {
    expect(scaled(options)).toEqual(next)
  })

  test('a new ReplicaSet that is complete leaves nothing to old ones', () => {
    expect(scaled({ from: 5, to: 5, sizes: [5, 2], available: 5 })).toEqual([5, 0])
  })

  test('a full but unavailable new ReplicaSet leaves the old ones alone', () => {
    expect(scaled({ from: 5, to: 5, sizes: [5, 2], surge: 2 })).toEqual([5, 2])
  })
})
