import { isPodTerminal, type Pod } from '../../api/pod.ts'
import type { ReplicaSet } from '../../api/workload.ts'
import { activeOnly, totalExisting } from './replica-counts.ts'
import type { Resize } from './rolling.ts'

/** Recreate takes all old ReplicaSets to zero before anything else (pkg/controller/deployment/recreate.go). */
export function planRecreateScaleDown(olds: readonly ReplicaSet[]): readonly Resize[] {
  return activeOnly(olds).map((replicaSet) => ({ replicaSet, size: 0 }))
}

/**
 * A pod of an old ReplicaSet is still there, terminating ones included: the new ReplicaSet
 * has to wait. Finished pods do not count.
 */
export function areOldPodsRunning(
  olds: readonly ReplicaSet[],
  podsOf: (replicaSet: ReplicaSet) => readonly Pod[],
): boolean {
  if (totalExisting(olds) > 0) return true
  return olds.some((old) => podsOf(old).some((pod) => !isPodTerminal(pod)))
}
