import type { Node } from '../../api/core.ts'
import type { Labels } from '../../api/meta.ts'
import { isPodTerminal, type Pod } from '../../api/pod.ts'
import type { Caches } from '../caches.ts'

export interface NodeView {
  readonly node: Node
  /** Pods that take up room on it, those that were just placed there included. */
  readonly pods: readonly Pod[]
}

/** All that a pass looks at, gathered once. */
export interface SchedulingView {
  readonly pod: Pod
  /** Sorted by name. */
  readonly nodes: readonly NodeView[]
  /** Undefined when nothing is known of the namespace. */
  readonly labelsOfNamespace: (name: string) => Labels | undefined
}

/** Undefined when the pod is gone. `placed`: node names by pod uid of placements that the cache may not show yet. */
export function gatherSchedulingView(
  caches: Caches,
  key: string,
  placed: ReadonlyMap<string, string>,
): SchedulingView | undefined {
  const pod = caches.of('Pod').get(key)
  if (pod === undefined) return undefined
  const byNode = podsByNode(caches.of('Pod').list(), placed)
  const namespaces = caches.kinds.includes('Namespace') ? caches.of('Namespace') : undefined
  return {
    pod,
    nodes: caches
      .of('Node')
      .list()
      .map((node) => ({ node, pods: byNode.get(node.metadata.name) ?? [] })),
    labelsOfNamespace: (name) => namespaces?.get(name)?.metadata.labels,
  }
}

function podsByNode(
  pods: readonly Pod[],
  placed: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>()
  for (const pod of pods) {
    const nodeName = pod.spec.nodeName ?? placed.get(pod.metadata.uid ?? '')
    if (nodeName === undefined || isPodTerminal(pod)) continue
    const those = byNode.get(nodeName)
    if (those === undefined) byNode.set(nodeName, [pod])
    else those.push(pod)
  }
  return byNode
}
