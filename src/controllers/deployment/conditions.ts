import type { Condition } from '../../api/meta.ts'
import type { Deployment, DeploymentStatus } from '../../api/workload.ts'
import { formatTimestamp, parseTimestamp } from '../../base/timestamp.ts'
import {
  findCondition,
  keepTransitionTime,
  withCondition,
  withoutCondition,
  type Conditions,
} from '../condition-list.ts'
import { desiredOf } from './replica-counts.ts'

const AVAILABLE = 'Available'
export const PROGRESSING = 'Progressing'
export const REPLICA_FAILURE = 'ReplicaFailure'

/** At least replicas − maxUnavailable pods are available. */
const MINIMUM_REPLICAS_AVAILABLE = 'MinimumReplicasAvailable'
const MINIMUM_REPLICAS_UNAVAILABLE = 'MinimumReplicasUnavailable'
/** The rollout has begun: the ReplicaSet of the new template was created. */
export const NEW_REPLICA_SET_CREATED = 'NewReplicaSetCreated'
/** The new template's ReplicaSet was there before anybody asked for progress. */
export const FOUND_NEW_REPLICA_SET = 'FoundNewReplicaSet'
export const REPLICA_SET_CREATE_ERROR = 'ReplicaSetCreateError'
/** The rollout goes on: the last update of the condition is when it last made progress. */
const REPLICA_SET_UPDATED = 'ReplicaSetUpdated'
/** The rollout is complete. It stays so until the next one, whatever becomes of the pods. */
const NEW_REPLICA_SET_AVAILABLE = 'NewReplicaSetAvailable'
/** No progress for progressDeadlineSeconds. The rollout goes on nevertheless. */
const PROGRESS_DEADLINE_EXCEEDED = 'ProgressDeadlineExceeded'
const DEPLOYMENT_PAUSED = 'DeploymentPaused'
const DEPLOYMENT_RESUMED = 'DeploymentResumed'

/** "No deadline" as Kubernetes' clients write it. */
const NO_DEADLINE = 2_147_483_647

/** Milliseconds; undefined where progress is not watched. */
export function progressDeadlineMs({ spec }: Deployment): number | undefined {
  const seconds = spec.progressDeadlineSeconds
  return seconds === undefined || seconds === NO_DEADLINE ? undefined : seconds * 1_000
}

/** A condition as of now. */
export function newCondition(
  type: string,
  status: Condition['status'],
  because: { readonly reason: string; readonly message: string },
  nowMs: number,
): Condition {
  const now = formatTimestamp(nowMs)
  return { type, status, ...because, lastUpdateTime: now, lastTransitionTime: now }
}

/** Pausing stops the progress clock and resuming restarts it; a deadline already missed stays missed. */
export function pauseConditions(deployment: Deployment, nowMs: number): Conditions {
  const conditions = deployment.status?.conditions ?? []
  const reason = findCondition(conditions, PROGRESSING)?.reason
  if (progressDeadlineMs(deployment) === undefined) return conditions
  if (reason === PROGRESS_DEADLINE_EXCEEDED) return conditions
  const isPaused = deployment.spec.paused === true
  if (isPaused === (reason === DEPLOYMENT_PAUSED)) return conditions
  const because = isPaused
    ? { reason: DEPLOYMENT_PAUSED, message: 'Deployment is paused' }
    : { reason: DEPLOYMENT_RESUMED, message: 'Deployment is resumed' }
  return withCondition(conditions, newCondition(PROGRESSING, 'Unknown', because, nowMs))
}

export function availabilityCondition(isAvailable: boolean, nowMs: number): Condition {
  return isAvailable
    ? newCondition(
        AVAILABLE,
        'True',
        {
          reason: MINIMUM_REPLICAS_AVAILABLE,
          message: 'Deployment has minimum availability.',
        },
        nowMs,
      )
    : newCondition(
        AVAILABLE,
        'False',
        {
          reason: MINIMUM_REPLICAS_UNAVAILABLE,
          message: 'Deployment does not have minimum availability.',
        },
        nowMs,
      )
}

/**
 * The conditions after a pass of a rollout: complete, progressing, timed out or as before, in this order
 * (pkg/controller/deployment/progress.go). `before` are the conditions of this pass so far, `next` is the
 * new status, `subject` what the messages speak of: `ReplicaSet "web-5d8f"`.
 */
export function progressConditions(
  deployment: Deployment,
  next: DeploymentStatus,
  options: { readonly before: Conditions; readonly subject: string; readonly nowMs: number },
): Conditions {
  const conditions = next.conditions ?? []
  if (progressDeadlineMs(deployment) === undefined) return withoutCondition(conditions, PROGRESSING)
  const { before, subject, nowMs } = options
  const current = findCondition(before, PROGRESSING)
  const wasComplete = current?.reason === NEW_REPLICA_SET_AVAILABLE
  // No rollout goes on: this is a resync, or the desired number changed.
  if (wasComplete && (next.replicas ?? 0) === (next.updatedReplicas ?? 0)) return conditions
  if (isComplete(deployment, next)) {
    const message = `${subject} has successfully progressed.`
    return withProgress('True', NEW_REPLICA_SET_AVAILABLE, message)
  }
  if (hasProgressed(deployment.status ?? {}, next)) {
    const because = { reason: REPLICA_SET_UPDATED, message: `${subject} is progressing.` }
    const updated = newCondition(PROGRESSING, 'True', because, nowMs)
    // Its update time moves although status and reason may stay: the deadline counts from there.
    return [
      ...withoutCondition(conditions, PROGRESSING),
      current?.status === 'True' ? keepTransitionTime(updated, current) : updated,
    ]
  }
  if (hasTimedOut(deployment, next, nowMs)) {
    const message = `${subject} has timed out progressing.`
    return withProgress('False', PROGRESS_DEADLINE_EXCEEDED, message)
  }
  return conditions

  function withProgress(status: 'True' | 'False', reason: string, message: string): Conditions {
    return withCondition(conditions, newCondition(PROGRESSING, status, { reason, message }, nowMs))
  }
}

/** All pods are of the new template and available, none is missing or left over (DeploymentComplete). */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredOf(deployment)
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

/** More new pods, fewer old ones, more ready or more available than before (DeploymentProgressing). */
export function hasProgressed(before: DeploymentStatus, next: DeploymentStatus): boolean {
  return (
    (next.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldPods(next) < oldPods(before) ||
    (next.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

function oldPods({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number {
  return replicas - updatedReplicas
}

/** Sticky: once timed out it stays so until something progresses. A complete rollout never times out. */
export function hasTimedOut(
  deployment: Deployment,
  status: DeploymentStatus,
  nowMs: number,
): boolean {
  const condition = findCondition(status.conditions, PROGRESSING)
  if (condition?.reason === PROGRESS_DEADLINE_EXCEEDED) return true
  const dueMs = progressDueMs(deployment, status)
  return dueMs !== undefined && dueMs < nowMs
}

/** When the deadline passes if nothing happens; undefined when no rollout waits for it. */
export function progressDueMs(
  deployment: Deployment,
  status: DeploymentStatus,
): number | undefined {
  const deadlineMs = progressDeadlineMs(deployment)
  const condition = findCondition(status.conditions, PROGRESSING)
  if (deadlineMs === undefined || condition?.lastUpdateTime === undefined) return undefined
  if (condition.reason === NEW_REPLICA_SET_AVAILABLE) return undefined
  if (condition.reason === PROGRESS_DEADLINE_EXCEEDED) return undefined
  const since = parseTimestamp(condition.lastUpdateTime)
  return since === undefined ? undefined : since + deadlineMs
}
