import type { Node } from '../../api/core.ts'
import { isPodTerminal, type Pod } from '../../api/pod.ts'
import type { Caches } from '../caches.ts'

/** All that a pass looks at, gathered once. */
export interface SchedulingView {
  readonly pod: Pod
  /** Sorted by name. */
  readonly nodes: readonly Node[]
  /** Pods that take up room on the node, those that were just placed there included. */
  readonly podCountOn: (nodeName: string) => number
}

/** Undefined when the pod is gone. `placed`: node names by pod uid of placements that the cache may not show yet. */
export function gatherSchedulingView(
  caches: Caches,
  key: string,
  placed: ReadonlyMap<string, string>,
): SchedulingView | undefined {
  const pod = caches.of('Pod').get(key)
  if (pod === undefined) return undefined
  let counts: ReadonlyMap<string, number> | undefined
  return {
    pod,
    nodes: caches.of('Node').list(),
    podCountOn(nodeName) {
      counts ??= countByNode(caches.of('Pod').list(), placed)
      return counts.get(nodeName) ?? 0
    },
  }
}

function countByNode(
  pods: readonly Pod[],
  placed: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const pod of pods) {
    const nodeName = pod.spec.nodeName ?? placed.get(pod.metadata.uid ?? '')
    if (nodeName === undefined || isPodTerminal(pod)) continue
    counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1)
  }
  return counts
}
