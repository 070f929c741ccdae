import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { byAge, sizeOf } from './replica-counts.ts'
import { revisionOf } from './revision.ts'

/** "No limit" as Kubernetes' clients write it. */
const UNLIMITED = 2_147_483_647

/**
 * The old ReplicaSets above revisionHistoryLimit, lowest revision first. Those that have pods, or whose
 * status is not current, stay, but take up their place in the count (sync.go, cleanupDeployment).
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#clean-up-policy
 */
export function planHistoryCleanup(
  deployment: Deployment,
  olds: readonly ReplicaSet[],
): readonly ReplicaSet[] {
  const limit = deployment.spec.revisionHistoryLimit
  if (limit === undefined || limit === UNLIMITED) return []
  const kept = olds.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return kept
    .toSorted((a, b) => revisionOf(a) - revisionOf(b) || byAge(a, b))
    .slice(0, Math.max(0, kept.length - limit))
    .filter(isIdle)
}

function isIdle(replicaSet: ReplicaSet): boolean {
  const { metadata, status } = replicaSet
  return (
    sizeOf(replicaSet) === 0 &&
    (status?.replicas ?? 0) === 0 &&
    (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0)
  )
}
