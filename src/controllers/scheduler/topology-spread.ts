import type { Node } from '../../api/core.ts'
import { controllerOf } from '../../api/meta.ts'
import { isPodTerminating, type Pod } from '../../api/pod.ts'
import type { TopologySpreadConstraint } from '../../api/scheduling.ts'
import { labelValue, selectorMatches, type LabelSelector } from '../../api/selector.ts'
import { isWantedNode } from './node-affinity.ts'
import { isRepelled } from '../taints.ts'
import type { SchedulingView } from './view.ts'

export type SpreadRefusal = 'no domain' | 'too many'

export interface SpreadRule {
  /** Undefined when the node may have the pod. */
  refusalOf(node: Node): SpreadRefusal | undefined
}

/**
 * The constraints that may not be broken: in no domain may there be more than maxSkew pods above the
 * emptiest one. https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
export function spreadRule(view: SchedulingView): SpreadRule {
  const { pod } = view
  const constraints = constraintsOf(pod, 'DoNotSchedule')
  const counted = constraints.map((constraint) => {
    const counts = countByDomain(view, constraint, constraints)
    const { minDomains = 1 } = constraint
    const fewest = counts.size < minDomains ? 0 : Math.min(...counts.values())
    const selector = selectorOf(constraint, pod)
    const own = selectorMatches(selector, pod.metadata.labels) ? 1 : 0
    return { constraint, counts, fewest, own }
  })
  return {
    refusalOf({ metadata: { labels = {} } }) {
      for (const { constraint, counts, fewest, own } of counted) {
        const domain = labelValue(labels, constraint.topologyKey)
        if (domain === undefined) return 'no domain'
        if ((counts.get(domain) ?? 0) + own - fewest > constraint.maxSkew) return 'too many'
      }
      return undefined
    },
  }
}

/**
 * How many pods like this one are where the node is: fewer are better. Without constraints of its own a pod is spread over
 * the nodes among those of its controller.
 */
export function crowdOf(view: SchedulingView): (node: Node) => number {
  const { pod } = view
  const constraints = constraintsOf(pod, 'ScheduleAnyway')
  if ((pod.spec.topologySpreadConstraints ?? []).length === 0) return siblingsOn(view)
  const counted = constraints.map((constraint) => ({
    constraint,
    counts: countByDomain(view, constraint, constraints),
  }))
  return ({ metadata: { labels = {} } }) =>
    counted.reduce((sum, { constraint, counts }) => {
      return sum + (counts.get(labelValue(labels, constraint.topologyKey) ?? '') ?? 0)
    }, 0)
}

function siblingsOn({ pod, nodes }: SchedulingView): (node: Node) => number {
  const owner = controllerOf(pod)?.uid
  const counts = new Map(
    owner === undefined
      ? []
      : nodes.map(({ node, on }) => [node.metadata.name, on.countOfController(owner)]),
  )
  return ({ metadata }) => counts.get(metadata.name) ?? 0
}

function constraintsOf(
  { spec }: Pod,
  whenUnsatisfiable: TopologySpreadConstraint['whenUnsatisfiable'],
): readonly TopologySpreadConstraint[] {
  return (spec.topologySpreadConstraints ?? []).filter(
    (constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable,
  )
}

/** Only nodes that have all the domains count, and those that the constraint's policies let in. */
function countByDomain(
  { pod, nodes }: SchedulingView,
  constraint: TopologySpreadConstraint,
  all: readonly TopologySpreadConstraint[],
): ReadonlyMap<string, number> {
  const selector = selectorOf(constraint, pod)
  const counts = new Map<string, number>()
  for (const { node, on } of nodes) {
    const { labels = {} } = node.metadata
    if (!all.every(({ topologyKey }) => labelValue(labels, topologyKey) !== undefined)) continue
    const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore', topologyKey } = constraint
    if (nodeAffinityPolicy === 'Honor' && !isWantedNode(pod, node)) continue
    if (nodeTaintsPolicy === 'Honor' && isRepelled(pod, node)) continue
    const domain = labelValue(labels, topologyKey) ?? ''
    counts.set(domain, (counts.get(domain) ?? 0) + countSelected(on.pods, selector, pod))
  }
  return counts
}

/** An empty selector counts nothing here. */
function countSelected(
  pods: readonly Pod[],
  selector: LabelSelector | undefined,
  { metadata: { namespace } }: Pod,
): number {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) return 0
  return pods.filter(
    (other) =>
      other.metadata.namespace === namespace &&
      !isPodTerminating(other) &&
      selectorMatches(selector, other.metadata.labels),
  ).length
}

function selectorOf(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  { metadata: { labels = {} } }: Pod,
): LabelSelector | undefined {
  const own = matchLabelKeys.flatMap((key) => {
    const value = labelValue(labels, key)
    return value === undefined ? [] : [[key, value] as const]
  })
  if (labelSelector === undefined || own.length === 0) return labelSelector
  return {
    ...labelSelector,
    matchLabels: { ...labelSelector.matchLabels, ...Object.fromEntries(own) },
  }
}
