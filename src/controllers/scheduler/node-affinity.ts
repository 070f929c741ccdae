import type { Node } from '../../api/core.ts'
import type { Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../../api/scheduling.ts'
import { labelsMatch, labelValue } from '../../api/selector.ts'

/**
 * Whether the node is one that the pod asks for, by its nodeSelector and by its required node affinity.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#affinity-and-anti-affinity
 */
export function isWantedNode({ spec }: Pod, node: Node): boolean {
  if (!labelsMatch(spec.nodeSelector ?? {}, node.metadata.labels)) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  if (required === undefined) return true
  return (required.nodeSelectorTerms ?? []).some((term) => matchesTerm(term, node))
}

/** An empty term matches no node. */
export function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { metadata }: Node,
): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  const fields = { 'metadata.name': metadata.name }
  return (
    matchExpressions.every((requirement) => holds(requirement, metadata.labels ?? {})) &&
    matchFields.every((requirement) => holds(requirement, fields))
  )
}

/**
 * The only nodes that the pod can go to, by name; undefined when it names none. Others are not even looked at, and
 * are told in other words (NodeAffinity, PreFilter).
 */
export function namedNodes({ spec }: Pod): ReadonlySet<string> | undefined {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms === undefined || terms.length === 0) return undefined
  const names = new Set<string>()
  for (const { matchFields = [] } of terms) {
    const lists = matchFields.filter(
      ({ key, operator }) => key === 'metadata.name' && operator === 'In',
    )
    const [first, ...rest] = lists.map(({ values = [] }) => values)
    // One term that names no node lets in all of them.
    if (first === undefined) return undefined
    for (const name of first) if (rest.every((values) => values.includes(name))) names.add(name)
  }
  return names
}

function holds({ key, operator, values = [] }: NodeSelectorRequirement, labels: Labels): boolean {
  const value = labelValue(labels, key)
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return isWholeNumber(value) && BigInt(value) > BigInt(values[0] ?? 0)
    case 'Lt':
      return isWholeNumber(value) && BigInt(value) < BigInt(values[0] ?? 0)
  }
}

function isWholeNumber(value: string | undefined): value is string {
  return value !== undefined && /^[+-]?\d{1,19}$/.test(value)
}
