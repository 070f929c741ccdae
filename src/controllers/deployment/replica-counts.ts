import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { compareTexts } from '../../base/compare-texts.ts'

/** Absent means 1, for a ReplicaSet as for a Deployment. */
export function sizeOf(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 1
}

export function desiredOf(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1
}

/** Σ spec.replicas. */
export function totalSize(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, sizeOf)
}

/** Σ status.replicas: pods that exist and do not terminate. */
export function totalExisting(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.replicas ?? 0)
}

export function totalReady(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.readyReplicas ?? 0)
}

export function totalAvailable(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, availableOf)
}

export function availableOf({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0
}

/** Those that are to have pods. */
export function activeOnly(replicaSets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return replicaSets.filter((replicaSet) => sizeOf(replicaSet) > 0)
}

/** Oldest first; of the same second by name. Creation times are RFC 3339 in UTC, so text order is time order. */
export function byAge(left: ReplicaSet, right: ReplicaSet): number {
  const [a, b] = [left.metadata, right.metadata]
  return (
    compareTexts(a.creationTimestamp ?? '', b.creationTimestamp ?? '') ||
    compareTexts(a.name, b.name)
  )
}

function sum(
  replicaSets: readonly ReplicaSet[],
  count: (replicaSet: ReplicaSet) => number,
): number {
  return replicaSets.reduce((total, replicaSet) => total + count(replicaSet), 0)
}
