import type { Node } from '../../api/core.ts'
import { isPodTerminating, type Pod } from '../../api/pod.ts'
import { tolerationsFor } from '../taints.ts'

/** An eviction that was decided on and is not due yet. */
export interface Planned {
  readonly dueMs: number
}

export type EvictionDecision =
  /** `isCancelled`: it was to go. */
  | { readonly type: 'stay'; readonly isCancelled: boolean }
  | { readonly type: 'wait'; readonly planned: Planned }
  | { readonly type: 'evict' }

/**
 * When a pod has to leave its node: at once when it does not tolerate a NoExecute taint, else after the
 * shortest tolerationSeconds of those that it has for them (pkg/controller/tainteviction).
 * https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
 */
export function decideEviction(
  { pod, node }: { readonly pod: Pod; readonly node: Node | undefined },
  planned: Planned | undefined,
  nowMs: number,
): EvictionDecision {
  const isCancelled = planned !== undefined
  if (isPodTerminating(pod)) return { type: 'stay', isCancelled: false }
  // The end of a node is no reason to stay.
  if (node === undefined) {
    return planned === undefined ? { type: 'stay', isCancelled } : untilDue(planned, nowMs)
  }
  const taints = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')
  if (taints.length === 0) return { type: 'stay', isCancelled }
  const { tolerations = [] } = pod.spec
  const used = taints.map((taint) => tolerationsFor(tolerations, taint)[0])
  if (used.includes(undefined)) return { type: 'evict' }
  const seconds = used
    .map((toleration) => toleration?.tolerationSeconds)
    .filter((value) => value !== undefined)
  if (seconds.length === 0) return { type: 'stay', isCancelled }
  const waitMs = Math.max(0, Math.min(...seconds)) * 1_000
  // The first plan holds, whatever has become of the tolerations since.
  return untilDue(planned ?? { dueMs: nowMs + waitMs }, nowMs)
}

function untilDue(planned: Planned, nowMs: number): EvictionDecision {
  return planned.dueMs <= nowMs ? { type: 'evict' } : { type: 'wait', planned }
}
