import type { Node } from '../../api/core.ts'
import { isSame } from '../canonical-json.ts'
import { taintsOf } from '../taints.ts'

/**
 * Whether a pod that fitted nowhere may fit now, or has another reason to wait. A node's heartbeats and images are
 * none of its business (pkg/scheduler/eventhandlers.go; framework/events.go, NodeSchedulingPropertiesChange).
 */
export function mayAdmitOthers(current: Node | undefined, previous: Node | undefined): boolean {
  if (current === undefined || previous === undefined) return true
  return !isSame(whatCounts(current), whatCounts(previous))
}

/** The Ready condition is in the taints. */
function whatCounts(node: Node): object {
  const { metadata, spec, status } = node
  return {
    labels: metadata.labels,
    unschedulable: spec?.unschedulable,
    allocatable: status?.allocatable,
    taints: taintsOf(node),
  }
}
