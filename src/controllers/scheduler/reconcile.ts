import type { Node } from '../../api/core.ts'
import type { Condition } from '../../api/meta.ts'
import { isPodTerminal, isPodTerminating, podCondition, type Pod } from '../../api/pod.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import { findCondition, keepTransitionTime } from '../condition-list.ts'
import type { SchedulingView } from './view.ts'

export const POD_SCHEDULED = 'PodScheduled'
const UNSCHEDULABLE = 'Unschedulable'
export const SCHEDULED = 'Scheduled'
export const FAILED_SCHEDULING = 'FailedScheduling'

export type SchedulingDecision =
  | { readonly type: 'none' }
  | {
      readonly type: 'place'
      readonly nodeName: string
      readonly condition: Condition
      readonly message: string
    }
  | { readonly type: 'refuse'; readonly condition: Condition; readonly message: string }

/**
 * Where a pending pod goes: to the ready node with the fewest pods, of several to the first by name. Resources, affinity,
 * node selectors and tolerations are not looked at. A pod that names its own scheduler waits for that one.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
 */
export function schedulePod(view: SchedulingView, nowMs: number): SchedulingDecision {
  const { pod, nodes, podCountOn } = view
  if (!isOurs(pod)) return { type: 'none' }
  const best = nodes
    .filter((node) => refusalOf(node) === undefined)
    .map(({ metadata }) => ({ nodeName: metadata.name, podCount: podCountOn(metadata.name) }))
    .toSorted((a, b) => a.podCount - b.podCount)[0]
  if (best === undefined) return refuse(pod, explainRefusal(nodes), nowMs)
  const { name, namespace } = pod.metadata
  return {
    type: 'place',
    nodeName: best.nodeName,
    condition: scheduledCondition(pod, { status: 'True' }, nowMs),
    message: `Successfully assigned ${namespace ?? 'default'}/${name} to ${best.nodeName}`,
  }
}

/** Told once: as long as the same is true, nothing is to be done. */
function refuse(pod: Pod, message: string, nowMs: number): SchedulingDecision {
  const current = podCondition(pod, POD_SCHEDULED)
  if (current?.reason === UNSCHEDULABLE && current.message === message) return { type: 'none' }
  const because = { status: 'False', reason: UNSCHEDULABLE, message } as const
  return { type: 'refuse', condition: scheduledCondition(pod, because, nowMs), message }
}

function isOurs(pod: Pod): boolean {
  const { nodeName, schedulerName } = pod.spec
  if (nodeName !== undefined && nodeName !== '') return false
  if (schedulerName !== undefined && schedulerName !== 'default-scheduler') return false
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

/** Why nothing can be placed on the node, in the scheduler's words; undefined when something can. */
function refusalOf({ spec, status }: Node): string | undefined {
  const ready = findCondition(status?.conditions, 'Ready')
  if (ready?.status === 'Unknown') {
    return 'node(s) had untolerated taint {node.kubernetes.io/unreachable: }'
  }
  if (ready?.status !== 'True') {
    return 'node(s) had untolerated taint {node.kubernetes.io/not-ready: }'
  }
  return spec?.unschedulable === true ? 'node(s) were unschedulable' : undefined
}

/** framework/types.go, FitError: the reasons with their counts, sorted. */
function explainRefusal(nodes: readonly Node[]): string {
  if (nodes.length === 0) return 'no nodes available to schedule pods'
  const byReason = Map.groupBy(nodes, (node) => refusalOf(node) ?? '')
  const reasons = [...byReason].map(([reason, those]) => `${those.length} ${reason}`).toSorted()
  const none = `0/${nodes.length} nodes are available:`
  const preemption = `preemption: ${none} ${nodes.length} Preemption is not helpful for scheduling.`
  return `${none} ${reasons.join(', ')}. ${preemption}`
}
