import type { Node } from '../../api/core.ts'
import type { Pod } from '../../api/pod.ts'
import { matchesTerm } from './node-affinity.ts'
import { podAttraction } from './pod-affinity.ts'
import { allocatableOf, requestsOf, withRequests, type Requests } from './resources.ts'
import { taintsOf, tolerates } from '../taints.ts'
import { crowdOf } from './topology-spread.ts'
import type { NodeView, SchedulingView } from './view.ts'

/** The best is worth this much before its weight. */
const SCORE_MAX = 100

/**
 * The node for the pod among those that can have it: the one with the highest score, of several the one with the fewest
 * pods, then the first by name. Weights are those of Kubernetes' default plugins.
 * https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
 */
export function bestNode(
  view: SchedulingView,
  feasible: readonly NodeView[],
): NodeView | undefined {
  if (feasible.length < 2) return feasible[0]
  const { pod } = view
  const attraction = podAttraction(view)
  const crowd = crowdOf(view)
  const criteria: readonly (readonly [number, (one: NodeView) => number])[] = [
    [3, ({ node }) => -unwelcome(pod, node)],
    [2, ({ node }) => preference(pod, node)],
    [2, ({ node }) => -crowd(node)],
    [2, ({ node }) => attraction(node)],
    [1, (one) => freeShare(pod, one)],
  ]
  const scores = new Map(feasible.map((one) => [one, 0]))
  for (const [weight, measure] of criteria) {
    const measured = feasible.map((one) => [one, measure(one)] as const)
    const values = measured.map(([, value]) => value)
    const [least, most] = [Math.min(...values), Math.max(...values)]
    if (least === most) continue
    for (const [one, value] of measured) {
      const score = Math.floor((SCORE_MAX * (value - least)) / (most - least))
      scores.set(one, (scores.get(one) ?? 0) + weight * score)
    }
  }
  return [...scores].toSorted(
    ([a, scoreA], [b, scoreB]) => scoreB - scoreA || a.on.count - b.on.count,
  )[0]?.[0]
}

/** Taints that ask a pod to stay away and that it does not tolerate. */
function unwelcome(pod: Pod, node: Node): number {
  return taintsOf(node).filter(
    (taint) => taint.effect === 'PreferNoSchedule' && !tolerates(pod, taint),
  ).length
}

function preference({ spec }: Pod, node: Node): number {
  const preferred = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution
  return (preferred ?? [])
    .filter(({ preference: term }) => matchesTerm(term, node))
    .reduce((sum, { weight }) => sum + weight, 0)
}

/** Of its processor and memory, in hundredths, with the pod on it (LeastAllocated). */
function freeShare(pod: Pod, { node, on }: NodeView): number {
  const allocatable = allocatableOf(node)
  if (allocatable === undefined) return SCORE_MAX
  const taken = withRequests(on.taken, requestsOf(pod))
  const shares = (['cpu', 'memory'] as const).map((name) => shareOf(name, taken, allocatable))
  return Math.floor(shares.reduce((sum, share) => sum + share, 0) / shares.length)
}

function shareOf(name: string, taken: Requests, allocatable: Requests): number {
  const total = allocatable.get(name) ?? 0n
  const used = taken.get(name) ?? 0n
  return total === 0n || used > total ? 0 : Number(((total - used) * BigInt(SCORE_MAX)) / total)
}
