import type { Pod } from '../../api/pod.ts'
import { hasPortConflict } from './host-ports.ts'
import { isWantedNode, namedNodes } from './node-affinity.ts'
import { podAffinityRule, type AffinityRefusal } from './pod-affinity.ts'
import { allocatableOf, lackingResources, requestsOf } from './resources.ts'
import { isRepelled, tolerates, UNSCHEDULABLE_TAINT } from '../taints.ts'
import { spreadRule, type SpreadRefusal } from './topology-spread.ts'
import type { NodeView, SchedulingView } from './view.ts'

/** Why a node cannot have a pod. */
export interface Refusal {
  /** In the scheduler's words. */
  readonly reasons: readonly string[]
  /** Without its other pods the node could have it. */
  readonly isForLackOfRoom: boolean
}

export type Filter = (node: NodeView) => Refusal | undefined

/**
 * What the scheduler's plugins ask of a node, in their order; the first that refuses it is the one that is told
 * (pkg/scheduler/framework/plugins). Volumes and resource claims are not looked at.
 */
export function filterOf(view: SchedulingView): Filter {
  const { pod } = view
  const named = namedNodes(pod)
  const wanted = requestsOf(pod)
  const spread = spreadRule(view)
  const affinity = podAffinityRule(view)
  return ({ node, on }) => {
    if (named !== undefined && !named.has(node.metadata.name)) {
      return refuse("node(s) didn't satisfy plugin(s) [NodeAffinity]")
    }
    if (node.spec?.unschedulable === true && !toleratesCordon(pod)) {
      return refuse('node(s) were unschedulable')
    }
    if (isRepelled(pod, node)) return refuse('node(s) had untolerated taint(s)')
    if (!isWantedNode(pod, node)) {
      return refuse("node(s) didn't match Pod's node affinity/selector")
    }
    if (hasPortConflict(pod, on.portUsers)) {
      return refuse("node(s) didn't have free ports for the requested pod ports", true)
    }
    return (
      refuseForRoom({ node, on }, wanted) ??
      refuseForSpread(spread.refusalOf(node)) ??
      refuseForAffinity(affinity.refusalOf(node))
    )
  }
}

function refuse(reason: string, isForLackOfRoom = false): Refusal {
  return { reasons: [reason], isForLackOfRoom }
}

function toleratesCordon(pod: Pod): boolean {
  return tolerates(pod, { key: UNSCHEDULABLE_TAINT, effect: 'NoSchedule' })
}

function refuseForRoom(
  { node, on }: NodeView,
  wanted: ReturnType<typeof requestsOf>,
): Refusal | undefined {
  const allocatable = allocatableOf(node)
  if (allocatable === undefined) return undefined
  const isFull = BigInt(on.count + 1) * 1_000_000_000n > (allocatable.get('pods') ?? 0n)
  const lacking = lackingResources(wanted, on.taken, allocatable)
  if (!isFull && lacking.length === 0) return undefined
  const isTooBig = lackingResources(wanted, new Map(), allocatable).length > 0
  return {
    reasons: [
      ...(isFull ? ['Too many pods'] : []),
      ...lacking.map((resource) => `Insufficient ${resource}`),
    ],
    isForLackOfRoom: !isTooBig,
  }
}

function refuseForSpread(refusal: SpreadRefusal | undefined): Refusal | undefined {
  const reason = "node(s) didn't match pod topology spread constraints"
  switch (refusal) {
    case undefined:
      return undefined
    case 'no domain':
      return refuse(`${reason} (missing required label)`)
    case 'too many':
      return refuse(reason, true)
  }
}

function refuseForAffinity(refusal: AffinityRefusal | undefined): Refusal | undefined {
  switch (refusal) {
    case undefined:
      return undefined
    case 'affinity':
      return refuse("node(s) didn't match pod affinity rules")
    case 'anti-affinity':
      return refuse("node(s) didn't match pod anti-affinity rules", true)
    case 'existing anti-affinity':
      return refuse("node(s) didn't satisfy existing pods anti-affinity rules", true)
  }
}
