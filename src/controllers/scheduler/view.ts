import type { Node } from '../../api/core.ts'
import type { Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import type { Caches } from '../caches.ts'
import type { NodePods } from './node-pods.ts'
import type { Occupancy } from './occupancy.ts'

export interface NodeView {
  readonly node: Node
  /** What takes up room on it. */
  readonly on: NodePods
}

/** All that a pass looks at, gathered once. */
export interface SchedulingView {
  readonly pod: Pod
  /** Sorted by name. */
  readonly nodes: readonly NodeView[]
  /** Undefined when nothing is known of the namespace. */
  readonly labelsOfNamespace: (name: string) => Labels | undefined
}

export function gatherSchedulingView(
  caches: Caches,
  pod: Pod,
  occupancy: Occupancy,
): SchedulingView {
  const namespaces = caches.kinds.includes('Namespace') ? caches.of('Namespace') : undefined
  return {
    pod,
    nodes: caches
      .of('Node')
      .list()
      .map((node) => ({ node, on: occupancy.on(node.metadata.name) })),
    labelsOfNamespace: (name) => namespaces?.get(name)?.metadata.labels,
  }
}
