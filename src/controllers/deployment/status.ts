import type { Condition } from '../../api/meta.ts'
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../api/workload.ts'
import {
  findCondition,
  withCondition,
  withoutCondition,
  type Conditions,
} from '../condition-list.ts'
import { budgetsOf } from './budgets.ts'
import { availabilityCondition, progressConditions, REPLICA_FAILURE } from './conditions.ts'
import {
  desiredOf,
  totalAvailable,
  totalExisting,
  totalReady,
  totalSize,
} from './replica-counts.ts'

export interface StatusSource {
  readonly deployment: Deployment
  readonly newest: ReplicaSet | undefined
  readonly olds: readonly ReplicaSet[]
  /** The conditions of this pass so far. */
  readonly conditions: Conditions
}

/** Counts and availability, without a judgement on progress: paused, being scaled or being deleted. */
export function plainStatus(source: StatusSource, nowMs: number): DeploymentStatus {
  const { deployment, newest, olds, conditions } = source
  const all = newest === undefined ? olds : [...olds, newest]
  const available = totalAvailable(all)
  const isAvailable = available >= desiredOf(deployment) - budgetsOf(deployment).unavailable
  const generation = deployment.metadata.generation
  const collisionCount = deployment.status?.collisionCount
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...counts({
      replicas: totalExisting(all),
      updatedReplicas: newest === undefined ? 0 : totalExisting([newest]),
      readyReplicas: totalReady(all),
      availableReplicas: available,
      // Not desired minus available: while a surge exists there are more pods than desired.
      unavailableReplicas: Math.max(0, totalSize(all) - available),
    }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(conditions, availabilityCondition(isAvailable, nowMs)),
  }
}

/** The server leaves zeros out; with them every status would look changed. */
function counts(all: Readonly<Record<string, number>>): DeploymentStatus {
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count !== 0))
}

/** The status in a rollout: with progress against the deadline and failures of the ReplicaSets. */
export function rolloutStatus(source: StatusSource, nowMs: number): DeploymentStatus {
  const { deployment, newest, olds } = source
  const status = plainStatus(source, nowMs)
  const subject =
    newest === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newest.metadata.name}"`
  const conditions = progressConditions(deployment, status, {
    before: source.conditions,
    subject,
    nowMs,
  })
  const failure = replicaFailure(newest === undefined ? olds : [newest, ...olds])
  return {
    ...status,
    conditions:
      failure === undefined
        ? withoutCondition(conditions, REPLICA_FAILURE)
        : withCondition(conditions, failure),
  }
}

/** The first of the ReplicaSets' failures, the new one's before all others. */
function replicaFailure(replicaSets: readonly ReplicaSet[]): Condition | undefined {
  for (const { status } of replicaSets) {
    const failure = findCondition(status?.conditions, REPLICA_FAILURE)
    if (failure === undefined) continue
    const { lastTransitionTime } = failure
    return lastTransitionTime === undefined
      ? failure
      : { ...failure, lastUpdateTime: lastTransitionTime }
  }
  return undefined
}
