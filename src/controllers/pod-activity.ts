import { isPodReady, isPodTerminal, isPodTerminating, podCondition, type Pod } from '../api/pod.ts'
import { parseTimestamp } from '../base/timestamp.ts'

/** Counts as a replica: neither finished nor being deleted (controller.IsPodActive). */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && !isPodTerminating(pod)
}

/** When the pod became ready, in milliseconds since the Unix epoch; undefined while it is not. */
export function readySinceMs(pod: Pod): number | undefined {
  if (!isPodReady(pod)) return undefined
  const since = podCondition(pod, 'Ready')?.lastTransitionTime
  return since === undefined ? undefined : parseTimestamp(since)
}

/**
 * When the pod is or will be available: ready for minReadySeconds
 * (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#min-ready-seconds). Undefined while
 * it is not ready; minus infinity where readiness alone is enough.
 */
export function availableAtMs(pod: Pod, minReadySeconds: number): number | undefined {
  if (!isPodReady(pod)) return undefined
  if (minReadySeconds === 0) return Number.NEGATIVE_INFINITY
  const since = readySinceMs(pod)
  return since === undefined ? undefined : since + minReadySeconds * 1_000
}
