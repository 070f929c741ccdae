import type { Condition } from '../../api/meta.ts'
import { isPodTerminal, isPodTerminating, type Pod } from '../../api/pod.ts'
import { formatTimestamp, parseTimestamp } from '../../base/timestamp.ts'
import { findCondition } from '../condition-list.ts'

const DISRUPTION_TARGET = 'DisruptionTarget'

/** Of a kubelet that ends the pod itself, which may take any time. */
const BY_KUBELET = 'TerminationByKubelet'

/** A pod that was to be deleted and is not after so long has been spared (disruption.go, stalePodDisruptionTimeout). */
const STALE_MS = 120_000

/** When the pod's DisruptionTarget condition is not true any more, in wall-clock time; undefined when it has none, or is going. */
export function staleAtMs(pod: Pod): number | undefined {
  if (isPodTerminating(pod) || isPodTerminal(pod)) return undefined
  const condition = findCondition(pod.status?.conditions, DISRUPTION_TARGET)
  if (condition?.status !== 'True' || condition.reason === BY_KUBELET) return undefined
  return (parseTimestamp(condition.lastTransitionTime ?? '') ?? 0) + STALE_MS
}

/** The pod whose condition says that it is not to be deleted after all. */
export function withoutDisruption(pod: Pod, nowMs: number): Pod {
  const { generation } = pod.metadata
  const reset: Condition = {
    type: DISRUPTION_TARGET,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'False',
    lastTransitionTime: formatTimestamp(nowMs),
  }
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === DISRUPTION_TARGET ? reset : condition,
  )
  return { ...pod, status: { ...pod.status, conditions } }
}
