import type { PodEvent } from '../doors.ts'

/** Why a pod fails, whatever its containers do, as its status and an event say it. */
export interface PodFailure extends PodEvent {
  readonly reason: 'DeadlineExceeded' | 'Evicted'
  readonly cause: 'deadline' | 'eviction'
  /** Instead of the pod's own. */
  readonly graceSeconds?: number
}

export const DEADLINE_EXCEEDED: PodFailure = {
  type: 'Normal',
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
  cause: 'deadline',
}

/** The kubelet's `immediateEvictionGracePeriodSeconds`. */
const EVICTION_GRACE_SECONDS = 1

/** https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/ */
export function evicted(message: string): PodFailure {
  const graceSeconds = EVICTION_GRACE_SECONDS
  return { type: 'Warning', reason: 'Evicted', message, cause: 'eviction', graceSeconds }
}
