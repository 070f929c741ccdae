import type { Node } from '../../api/core.ts'
import type { Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import type { PodAffinityTerm } from '../../api/scheduling.ts'
import { labelValue, selectorMatches, type LabelSelector } from '../../api/selector.ts'
import type { NodeView, SchedulingView } from './view.ts'

export type AffinityRefusal = 'affinity' | 'anti-affinity' | 'existing anti-affinity'

/** Decides for one pod, what the pods of all nodes have been counted for once. */
export interface PodAffinityRule {
  /** Undefined when the node may have the pod. */
  refusalOf(node: Node): AffinityRefusal | undefined
}

/**
 * Required affinity and anti-affinity between pods, of this one and of those that run already.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
 */
export function podAffinityRule(view: SchedulingView): PodAffinityRule {
  const { pod } = view
  const { affinity } = pod.spec
  const near = affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const apart = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const selects = (terms: readonly PodAffinityTerm[], other: Pod) =>
    terms.length > 0 && terms.every((term) => termSelects(view, pod, term, other))
  const company = domainsOf(view, near, (_term, other) => selects(near, other))
  const rivals = domainsOf(view, apart, (term, other) => termSelects(view, pod, term, other))
  const closed = closedDomains(view)
  return {
    refusalOf(node) {
      const { labels = {} } = node.metadata
      if (!near.every(({ topologyKey }) => labelValue(labels, topologyKey) !== undefined))
        return 'affinity'
      if (!near.every(({ topologyKey }) => company.has(domainOf(labels, topologyKey)))) {
        // The first of a group that wants to be together may go anywhere.
        if (company.size > 0 || !selects(near, pod)) return 'affinity'
      }
      const isNearRival = ({ topologyKey }: PodAffinityTerm) =>
        labelValue(labels, topologyKey) !== undefined && rivals.has(domainOf(labels, topologyKey))
      if (apart.some(isNearRival)) return 'anti-affinity'
      const keys = Object.keys(labels)
      return closed.size > 0 && keys.some((key) => closed.has(domainOf(labels, key)))
        ? 'existing anti-affinity'
        : undefined
    },
  }
}

/** How much the pods of the node's domains attract this one, or, below zero, push it away. */
export function podAttraction(view: SchedulingView): (node: Node) => number {
  const { affinity } = view.pod.spec
  const near = affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  const apart = affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  if (near.length + apart.length === 0) return () => 0
  const weights = new Map<string, number>()
  const weigh = (preferred: typeof near, sign: 1 | -1) => {
    for (const { weight, podAffinityTerm: term } of preferred) {
      for (const { domain, pods } of domainsWith(view, term.topologyKey)) {
        const count = pods.filter((other) => termSelects(view, view.pod, term, other)).length
        weights.set(domain, (weights.get(domain) ?? 0) + sign * weight * count)
      }
    }
  }
  weigh(near, 1)
  weigh(apart, -1)
  const keys = new Set(
    [...near, ...apart].map(({ podAffinityTerm }) => podAffinityTerm.topologyKey),
  )
  return ({ metadata: { labels = {} } }) =>
    [...keys].reduce((sum, key) => sum + (weights.get(domainOf(labels, key)) ?? 0), 0)
}

/** Domains where a pod is that wants to be away from this one. */
function closedDomains(view: SchedulingView): ReadonlySet<string> {
  const closed = new Set<string>()
  for (const { node, on } of view.nodes) {
    for (const other of on.loners) {
      const terms =
        other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
      for (const term of terms) {
        const { labels = {} } = node.metadata
        if (labelValue(labels, term.topologyKey) === undefined) continue
        if (termSelects(view, other, term, view.pod)) closed.add(domainOf(labels, term.topologyKey))
      }
    }
  }
  return closed
}

function domainsOf(
  view: SchedulingView,
  terms: readonly PodAffinityTerm[],
  selects: (term: PodAffinityTerm, other: Pod) => boolean,
): ReadonlySet<string> {
  const domains = new Set<string>()
  for (const term of terms) {
    for (const { domain, pods } of domainsWith(view, term.topologyKey)) {
      if (pods.some((other) => selects(term, other))) domains.add(domain)
    }
  }
  return domains
}

function domainsWith(
  { nodes }: SchedulingView,
  topologyKey: string,
): readonly { readonly domain: string; readonly pods: readonly Pod[] }[] {
  return nodes
    .filter(({ node }) => labelValue(node.metadata.labels, topologyKey) !== undefined)
    .map(({ node, on }: NodeView) => ({
      domain: domainOf(node.metadata.labels ?? {}, topologyKey),
      pods: on.pods,
    }))
}

function domainOf(labels: Labels, topologyKey: string): string {
  return `${topologyKey}=${labelValue(labels, topologyKey) ?? ''}`
}

/** `owner`: the pod whose term it is. Without namespaces the term is about the owner's own. */
function termSelects(view: SchedulingView, owner: Pod, term: PodAffinityTerm, other: Pod): boolean {
  const { namespaces = [], namespaceSelector } = term
  const { namespace = '' } = other.metadata
  const isOwn = namespaces.length === 0 && namespaceSelector === undefined
  const isInReach = isOwn
    ? namespace === (owner.metadata.namespace ?? '')
    : namespaces.includes(namespace) ||
      selectorMatches(namespaceSelector, view.labelsOfNamespace(namespace))
  return isInReach && selectorMatches(narrowed(term, owner), other.metadata.labels)
}

function narrowed(term: PodAffinityTerm, owner: Pod): LabelSelector | undefined {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term
  if (labelSelector === undefined || matchLabelKeys.length + mismatchLabelKeys.length === 0) {
    return labelSelector
  }
  const { labels = {} } = owner.metadata
  const requirement = (operator: 'In' | 'NotIn') => (key: string) => {
    const value = labelValue(labels, key)
    return value === undefined ? [] : [{ key, operator, values: [value] }]
  }
  return {
    ...labelSelector,
    matchExpressions: [
      ...(labelSelector.matchExpressions ?? []),
      ...matchLabelKeys.flatMap(requirement('In')),
      ...mismatchLabelKeys.flatMap(requirement('NotIn')),
    ],
  }
}
