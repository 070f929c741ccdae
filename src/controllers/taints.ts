import type { Node } from '../api/core.ts'
import type { Pod } from '../api/pod.ts'
import type { Taint, Toleration } from '../api/scheduling.ts'
import { findCondition } from './condition-list.ts'

export const UNSCHEDULABLE_TAINT = 'node.kubernetes.io/unschedulable'
export const NOT_READY_TAINT = 'node.kubernetes.io/not-ready'
export const UNREACHABLE_TAINT = 'node.kubernetes.io/unreachable'

/**
 * The taints of a node. What its Ready condition says counts at once, also where nobody turns
 * conditions into taints.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-nodes-by-condition
 */
export function taintsOf({ spec, status }: Node): readonly Taint[] {
  const taints = spec?.taints ?? []
  const ready = findCondition(status?.conditions, 'Ready')?.status
  if (ready === 'True') return taints
  const key = ready === 'Unknown' ? UNREACHABLE_TAINT : NOT_READY_TAINT
  const isThere = taints.some((taint) => taint.key === key && taint.effect === 'NoSchedule')
  return isThere ? taints : [...taints, { key, effect: 'NoSchedule' }]
}

export function tolerates({ spec: { tolerations = [] } }: Pod, taint: Taint): boolean {
  return tolerationsFor(tolerations, taint).length > 0
}

/** Those that bear this taint (Toleration.ToleratesTaint). */
export function tolerationsFor(
  tolerations: readonly Toleration[],
  taint: Taint,
): readonly Toleration[] {
  return tolerations.filter(({ key = '', operator = 'Equal', value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false
    if (key !== '' && key !== taint.key) return false
    if (operator === 'Exists') return true
    return key !== '' && value === (taint.value ?? '')
  })
}

/** NoSchedule and NoExecute keep a pod away. */
export function isRepelled(pod: Pod, node: Node): boolean {
  return taintsOf(node).some(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint),
  )
}
