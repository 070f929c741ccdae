import type { Node } from '../../api/core.ts'
import { isPodTerminal, isPodTerminating, type Pod } from '../../api/pod.ts'
import { compareTexts } from '../../base/compare-texts.ts'
import { findCondition } from '../condition-list.ts'

/** kube-controller-manager, --terminated-pod-gc-threshold. */
const TERMINATED_MAX = 12_500

/** A node that is not there may only not be known yet. */
const QUARANTINE_MS = 40_000

const OUT_OF_SERVICE_TAINT = 'node.kubernetes.io/out-of-service'

/** All that a pass looks at, gathered once. */
export interface CollectionView {
  readonly pods: readonly Pod[]
  readonly nodes: readonly Node[]
  /** Since when (wall-clock time) nodes that pods are bound to are missing, as the pass before has seen it. */
  readonly missingSince: ReadonlyMap<string, number>
}

export interface CollectionStep {
  /** To be removed, in this order. */
  readonly pods: readonly Pod[]
  /** To be removed when their node is not there, as the API itself says. */
  readonly orphans: ReadonlyMap<string, readonly Pod[]>
  /** For the next pass. */
  readonly missingSince: ReadonlyMap<string, number>
}

/**
 * The pods that nobody else removes (pkg/controller/podgc): too many that have ended, those that end on a node that
 * was taken out of service or on none at all, and those of nodes that are gone.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection
 */
export function collectPods(view: CollectionView, nowMs: number): CollectionStep {
  const nodes = new Map(view.nodes.map((node) => [node.metadata.name, node]))
  const missing = groupByMissingNode(view.pods, nodes)
  const missingSince = new Map(
    [...missing.keys()].map((name) => [name, view.missingSince.get(name) ?? nowMs]),
  )
  const isLost = (name: string) => nowMs - (missingSince.get(name) ?? nowMs) >= QUARANTINE_MS
  return {
    pods: [
      ...surplus(view.pods.filter(isPodTerminal)),
      ...view.pods.filter((pod) => endsNowhere(pod, nodes)),
    ],
    orphans: new Map([...missing].filter(([name]) => isLost(name))),
    missingSince,
  }
}

/** Those that were evicted go first, then the oldest. */
function surplus(terminated: readonly Pod[]): readonly Pod[] {
  const count = terminated.length - TERMINATED_MAX
  if (count <= 0) return []
  return terminated
    .toSorted(
      (a, b) =>
        isKept(a) - isKept(b) ||
        compareTexts(made(a), made(b)) ||
        compareTexts(a.metadata.name, b.metadata.name),
    )
    .slice(0, count)
}

function isKept({ status }: Pod): 0 | 1 {
  return status?.['reason'] === 'Evicted' ? 0 : 1
}

function made({ metadata }: Pod): string {
  return metadata.creationTimestamp ?? ''
}

function endsNowhere(pod: Pod, nodes: ReadonlyMap<string, Node>): boolean {
  if (!isPodTerminating(pod)) return false
  const { nodeName = '' } = pod.spec
  if (nodeName === '') return true
  const node = nodes.get(nodeName)
  return node !== undefined && isOutOfService(node)
}

function isOutOfService({ spec, status }: Node): boolean {
  const isReady = findCondition(status?.conditions, 'Ready')?.status === 'True'
  return !isReady && (spec?.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE_TAINT)
}

function groupByMissingNode(
  pods: readonly Pod[],
  nodes: ReadonlyMap<string, Node>,
): ReadonlyMap<string, readonly Pod[]> {
  const missing = new Map<string, Pod[]>()
  for (const pod of pods) {
    const { nodeName = '' } = pod.spec
    if (nodeName === '' || nodes.has(nodeName)) continue
    const those = missing.get(nodeName)
    if (those === undefined) missing.set(nodeName, [pod])
    else those.push(pod)
  }
  return missing
}
