import type { Condition } from '../../api/meta.ts'
import { isPodTerminal, isPodTerminating, podCondition, type Pod } from '../../api/pod.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import { keepTransitionTime } from '../condition-list.ts'
import { explainRefusals } from './explanation.ts'
import { filterOf } from './filters.ts'
import { bestNode } from './scores.ts'
import type { SchedulingView } from './view.ts'

export const POD_SCHEDULED = 'PodScheduled'
const UNSCHEDULABLE = 'Unschedulable'
export const SCHEDULED = 'Scheduled'
export const FAILED_SCHEDULING = 'FailedScheduling'

export type SchedulingDecision =
  /** It is none of ours, or not yet. */
  | { readonly type: 'none' }
  /** It fits nowhere, and that was told before. */
  | { readonly type: 'wait' }
  | {
      readonly type: 'place'
      readonly nodeName: string
      readonly condition: Condition
      readonly message: string
    }
  | { readonly type: 'refuse'; readonly condition: Condition; readonly message: string }

/**
 * Where a pending pod goes: to the best of the nodes that can have it. A pod that names its own scheduler waits for that
 * one, a pod with scheduling gates for their end. https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
 */
export function schedulePod(view: SchedulingView, nowMs: number): SchedulingDecision {
  const { pod, nodes } = view
  if (!isOurs(pod)) return { type: 'none' }
  const filter = filterOf(view)
  const refusals = new Map(nodes.map((one) => [one, filter(one)]))
  const feasible = nodes.filter((one) => refusals.get(one) === undefined)
  const best = bestNode(view, feasible)
  if (best === undefined) {
    const told = [...refusals.values()].filter((refusal) => refusal !== undefined)
    return refuse(pod, explainRefusals(pod, told), nowMs)
  }
  const nodeName = best.node.metadata.name
  const { name, namespace } = pod.metadata
  return {
    type: 'place',
    nodeName,
    condition: scheduledCondition(pod, { status: 'True' }, nowMs),
    message: `Successfully assigned ${namespace ?? 'default'}/${name} to ${nodeName}`,
  }
}

/** Told once: as long as the same is true, nothing is to be done. */
function refuse(pod: Pod, message: string, nowMs: number): SchedulingDecision {
  const current = podCondition(pod, POD_SCHEDULED)
  if (current?.reason === UNSCHEDULABLE && current.message === message) return { type: 'wait' }
  const because = { status: 'False', reason: UNSCHEDULABLE, message } as const
  return { type: 'refuse', condition: scheduledCondition(pod, because, nowMs), message }
}

function isOurs(pod: Pod): boolean {
  const { nodeName, schedulerName } = pod.spec
  if (nodeName !== undefined && nodeName !== '') return false
  if (schedulerName !== undefined && schedulerName !== 'default-scheduler') return false
  if ((pod.spec.schedulingGates ?? []).length > 0) return false
  return !isPodTerminating(pod) && !isPodTerminal(pod)
}

function scheduledCondition(
  pod: Pod,
  because: Pick<Condition, 'status' | 'reason' | 'message'>,
  nowMs: number,
): Condition {
  const next = { type: POD_SCHEDULED, ...because, lastTransitionTime: formatTimestamp(nowMs) }
  return keepTransitionTime(next, podCondition(pod, POD_SCHEDULED))
}
