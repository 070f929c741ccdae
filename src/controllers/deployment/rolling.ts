import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { budgetsOf, isRollingUpdate } from './budgets.ts'
import {
  activeOnly,
  availableOf,
  byAge,
  desiredOf,
  sizeOf,
  totalAvailable,
  totalSize,
} from './replica-counts.ts'

/** A new size for a ReplicaSet; several for one are steps, in order. */
export interface Resize {
  readonly replicaSet: ReplicaSet
  readonly size: number
}

/**
 * One step of a rolling update: either the new ReplicaSet grows, or the old ones shrink; whatever was
 * decided is seen in the status before the next step. With 10 replicas, surge 3 and 2 unavailable: the new one is created
 * with 3 and the old goes to 8, the new goes to 5, and from then on each pod that becomes available lets an old one
 * go, and each old one that goes lets a new one come.
 * Source of the rule: pkg/controller/deployment/rolling.go.
 */
export function planRollingUpdate(
  deployment: Deployment,
  newest: ReplicaSet,
  olds: readonly ReplicaSet[],
): readonly Resize[] {
  const size = planNewSize(deployment, newest, olds)
  if (size !== sizeOf(newest)) return [{ replicaSet: newest, size }]
  return planOldSizes(deployment, newest, olds)
}

/** The size that the budget leaves to the new ReplicaSet, `olds` being as large as they are. */
export function planNewSize(
  deployment: Deployment,
  newest: ReplicaSet,
  olds: readonly ReplicaSet[],
): number {
  const desired = desiredOf(deployment)
  const size = sizeOf(newest)
  if (size >= desired || !isRollingUpdate(deployment)) return desired
  const room = desired + budgetsOf(deployment).surge - totalSize(olds) - size
  return room <= 0 ? size : size + Math.min(room, desired - size)
}

/** Smaller sizes for old ReplicaSets: first what is not available, then what the budget lets go. */
export function planOldSizes(
  deployment: Deployment,
  newest: ReplicaSet,
  olds: readonly ReplicaSet[],
): readonly Resize[] {
  const active = activeOnly(olds)
  if (active.length === 0) return []
  const minAvailable = desiredOf(deployment) - budgetsOf(deployment).unavailable
  const newUnavailable = sizeOf(newest) - availableOf(newest)
  const budget = totalSize([newest, ...active]) - minAvailable - newUnavailable
  if (budget <= 0) return []
  const oldestFirst = active.toSorted(byAge)
  const { resizes, isTrusted } = planUnhealthyCleanup(oldestFirst, budget)
  if (!isTrusted) return resizes
  const cleaned = applyResizes(oldestFirst, resizes)
  return [...resizes, ...planScaleDown(deployment, newest, cleaned)]
}

/**
 * Pods that are not available serve nobody: they go first, at most `budget` of them, oldest ReplicaSet first.
 * Not trusted: a status still counts pods that were told to go, so nothing more is decided on these counts.
 */
export function planUnhealthyCleanup(
  oldestFirst: readonly ReplicaSet[],
  budget: number,
): { readonly resizes: readonly Resize[]; readonly isTrusted: boolean } {
  const resizes: Resize[] = []
  let left = budget
  for (const replicaSet of oldestFirst) {
    if (left <= 0) break
    const size = sizeOf(replicaSet)
    const unavailable = size - availableOf(replicaSet)
    if (size === 0 || unavailable === 0) continue
    if (unavailable < 0) return { resizes, isTrusted: false }
    const count = Math.min(left, unavailable)
    resizes.push({ replicaSet, size: size - count })
    left -= count
  }
  return { resizes, isTrusted: true }
}

/** Lets go as many as are available above the minimum, oldest ReplicaSet first. */
export function planScaleDown(
  deployment: Deployment,
  newest: ReplicaSet,
  oldestFirst: readonly ReplicaSet[],
): readonly Resize[] {
  const minAvailable = desiredOf(deployment) - budgetsOf(deployment).unavailable
  const resizes: Resize[] = []
  let left = totalAvailable([newest, ...oldestFirst]) - minAvailable
  for (const replicaSet of oldestFirst) {
    if (left <= 0) break
    const size = sizeOf(replicaSet)
    if (size === 0) continue
    const count = Math.min(size, left)
    resizes.push({ replicaSet, size: size - count })
    left -= count
  }
  return resizes
}

function applyResizes(
  replicaSets: readonly ReplicaSet[],
  resizes: readonly Resize[],
): readonly ReplicaSet[] {
  return replicaSets.map((replicaSet) => {
    const resize = resizes.find((candidate) => candidate.replicaSet === replicaSet)
    return resize === undefined
      ? replicaSet
      : { ...replicaSet, spec: { ...replicaSet.spec, replicas: resize.size } }
  })
}
