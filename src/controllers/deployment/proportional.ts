import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { budgetsOf, isRollingUpdate } from './budgets.ts'
import { activeOnly, byAge, availableOf, desiredOf, sizeOf, totalSize } from './replica-counts.ts'
import { desiredAnnotation, maxReplicasAnnotation } from './revision.ts'
import type { Resize } from './rolling.ts'

/** What scaling does to the ReplicaSets; entries with an unchanged size still refresh the annotations. */
export interface ScalePlan {
  readonly resizes: readonly Resize[]
  /** Sizes that stay are written too, for the annotations' sake. */
  readonly refreshesAll: boolean
}

/**
 * A change of the desired number outside of a rollout's own steps: with one ReplicaSet it takes all; in mid-rollout
 * each gets its share, so that a bad new template does not take over by scaling.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#proportional-scaling
 * (pkg/controller/deployment/sync.go, scale)
 */
export function planScaling(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  olds: readonly ReplicaSet[],
): ScalePlan {
  const desired = desiredOf(deployment)
  const sole = activeOrLatest(newest, olds)
  if (sole !== undefined) {
    const resizes = sizeOf(sole) === desired ? [] : [{ replicaSet: sole, size: desired }]
    return { resizes, refreshesAll: false }
  }
  if (isSaturated(deployment, newest)) {
    // An adopted ReplicaSet beside a complete new one.
    const resizes = activeOnly(olds).map((replicaSet) => ({ replicaSet, size: 0 }))
    return { resizes, refreshesAll: false }
  }
  if (!isRollingUpdate(deployment)) return { resizes: [], refreshesAll: false }
  const active = activeOnly(newest === undefined ? olds : [...olds, newest])
  return { resizes: planShares(deployment, active), refreshesAll: true }
}

/** The one ReplicaSet that has pods; where none has, the newest; undefined where several have. */
function activeOrLatest(
  newest: ReplicaSet | undefined,
  olds: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const newestFirst = olds.toSorted(byAge).toReversed()
  const active = activeOnly(newest === undefined ? newestFirst : [...newestFirst, newest])
  if (active.length > 1) return undefined
  return active[0] ?? newest ?? newestFirst[0]
}

function isSaturated(deployment: Deployment, newest: ReplicaSet | undefined): boolean {
  if (newest === undefined) return false
  const desired = desiredOf(deployment)
  return (
    sizeOf(newest) === desired &&
    desiredAnnotation(newest) === desired &&
    availableOf(newest) === desired
  )
}

/**
 * Shares by size, largest first; of equals the newer comes first when adding and the older when removing.
 * What rounding leaves over goes to the first.
 */
function planShares(deployment: Deployment, active: readonly ReplicaSet[]): readonly Resize[] {
  const desired = desiredOf(deployment)
  const allowed = desired > 0 ? desired + budgetsOf(deployment).surge : 0
  const toAdd = allowed - totalSize(active)
  if (toAdd === 0) return active.map((replicaSet) => ({ replicaSet, size: sizeOf(replicaSet) }))
  const largestFirst = active.toSorted(
    (a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)),
  )
  let added = 0
  const resizes = largestFirst.map((replicaSet) => {
    const share = limitShare(shareOf(deployment, replicaSet), toAdd - added)
    added += share
    return { replicaSet, size: sizeOf(replicaSet) + share }
  })
  return resizes.map((resize, index) =>
    index === 0 ? { ...resize, size: Math.max(0, resize.size + toAdd - added) } : resize,
  )
}

/** Never more than is left, in the direction of what is left. */
function limitShare(share: number, left: number): number {
  if (left === 0) return 0
  return left > 0 ? Math.min(share, left) : Math.max(share, left)
}

/** How many pods this ReplicaSet gains (or loses) to keep its part of the whole (getReplicaSetFraction). */
function shareOf(deployment: Deployment, replicaSet: ReplicaSet): number {
  const desired = desiredOf(deployment)
  const size = sizeOf(replicaSet)
  if (desired === 0) return -size
  const before = maxReplicasAnnotation(replicaSet) || (deployment.status?.replicas ?? 0)
  if (before === 0) return 0
  return Math.round((size * (desired + budgetsOf(deployment).surge)) / before) - size
}
