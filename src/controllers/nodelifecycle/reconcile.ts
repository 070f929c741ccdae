import type { Node, NodeCondition } from '../../api/core.ts'
import type { Lease } from '../../api/lease.ts'
import type { Taint } from '../../api/scheduling.ts'
import { findReady, observe, unknownConditions, type Health } from './health.ts'
import { noExecuteTaints, withoutNoExecute } from './node-taints.ts'

/** One node of a zone is given up after the other (kube-controller-manager, --node-eviction-rate 0.1). */
const TAINT_INTERVAL_MS = 10_000
/** Of this share of unready nodes, three at least, the network is to blame (--unhealthy-zone-threshold). */
const UNHEALTHY_SHARE = 0.55

/** What is remembered between two passes. */
export interface Memory {
  readonly health: ReadonlyMap<string, Health>
  /** Nodes by name, with their uids. */
  readonly known: ReadonlyMap<string, string>
  /** When the next node of a zone may be given up. */
  readonly nextTaintAtMs: ReadonlyMap<string, number>
  /** No node of the cluster was ready. */
  readonly isAllDown: boolean
}

export const NO_MEMORY: Memory = {
  health: new Map(),
  known: new Map(),
  nextTaintAtMs: new Map(),
  isAllDown: false,
}

export type NodeAction =
  | {
      readonly type: 'event'
      readonly nodeName: string
      readonly uid: string
      readonly reason: 'RegisteredNode' | 'RemovingNode' | 'NodeNotReady'
      readonly message: string
    }
  | {
      readonly type: 'set-conditions'
      readonly node: Node
      readonly conditions: readonly NodeCondition[]
    }
  | { readonly type: 'set-taints'; readonly node: Node; readonly taints: readonly Taint[] }
  /** The pods on the node are not ready any more, as far as anybody knows. */
  | { readonly type: 'mark-pods'; readonly nodeName: string }

export interface NodesView {
  /** Sorted by name. */
  readonly nodes: readonly Node[]
  readonly leaseOf: (nodeName: string) => Lease | undefined
}

/**
 * One look at all nodes: those that are silent become unknown, and pods have to leave those that are not ready, unless all
 * are (pkg/controller/nodelifecycle). https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller
 */
export function monitorNodes(
  { nodes, leaseOf }: NodesView,
  memory: Memory,
  nowMs: number,
): { readonly memory: Memory; readonly actions: readonly NodeAction[] } {
  const actions: NodeAction[] = comingsAndGoings(nodes, memory)
  const health = new Map<string, Health>()
  const seen = nodes.map((node) => {
    const { name } = node.metadata
    const next = observe(node, leaseOf(name), memory.health.get(name), nowMs)
    health.set(name, next)
    const conditions = unknownConditions(node, next, nowMs)
    if (conditions === undefined) return node
    const lost: Node = { ...node, status: { ...node.status, conditions } }
    actions.push({ type: 'set-conditions', node, conditions })
    if (findReady(node)?.status === 'True') {
      actions.push(nodeEvent(node, 'NodeNotReady'), { type: 'mark-pods', nodeName: name })
    }
    return lost
  })
  const zones = Map.groupBy(seen, zoneOf)
  const isAllDown = seen.length > 0 && [...zones.values()].every((zone) => !zone.some(isReady))
  const nextTaintAtMs = new Map(memory.nextTaintAtMs)
  if (isAllDown) {
    actions.push(...seen.flatMap((node) => taintAction(node, withoutNoExecute(node, nowMs))))
  } else if (memory.isAllDown) {
    // Who was silent while nobody could be heard gets his time anew.
    for (const [name, one] of health) health.set(name, { ...one, aliveAtMs: nowMs })
  } else {
    for (const [zone, those] of zones) {
      actions.push(...giveUpNodes(zone, those, nextTaintAtMs, nowMs))
    }
  }
  const known = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.uid ?? '']))
  return { memory: { health, known, nextTaintAtMs, isAllDown }, actions }
}

function comingsAndGoings(nodes: readonly Node[], { known }: Memory): NodeAction[] {
  const present = new Set(nodes.map(({ metadata }) => metadata.name))
  const gone = [...known].filter(([name]) => !present.has(name))
  return [
    ...nodes
      .filter(({ metadata }) => !known.has(metadata.name))
      .map((node) => nodeEvent(node, 'RegisteredNode')),
    ...gone.map(([name, uid]) => {
      const message = `Node ${name} event: Removing Node ${name} from Controller`
      return { type: 'event', nodeName: name, uid, reason: 'RemovingNode', message } as const
    }),
  ]
}

function nodeEvent(
  { metadata: { name, uid = '' } }: Node,
  reason: 'RegisteredNode' | 'NodeNotReady',
): NodeAction {
  const message =
    reason === 'RegisteredNode'
      ? `Node ${name} event: Registered Node ${name} in Controller`
      : `Node ${name} status is now: NodeNotReady`
  return { type: 'event', nodeName: name, uid, reason, message }
}

/** Changes `nextTaintAtMs`. */
function giveUpNodes(
  zone: string,
  nodes: readonly Node[],
  nextTaintAtMs: Map<string, number>,
  nowMs: number,
): readonly NodeAction[] {
  const unready = nodes.filter((node) => !isReady(node)).length
  const isPartlyDown = unready > 2 && unready / nodes.length >= UNHEALTHY_SHARE
  const actions: NodeAction[] = []
  for (const node of nodes) {
    const mayBegin = !isPartlyDown && nowMs >= (nextTaintAtMs.get(zone) ?? 0)
    const taints = noExecuteTaints(node, mayBegin, nowMs)
    if (taints === undefined) continue
    actions.push({ type: 'set-taints', node, taints })
    if (!isReady(node) && taints.length > (node.spec?.taints ?? []).length) {
      nextTaintAtMs.set(zone, nowMs + TAINT_INTERVAL_MS)
    }
  }
  return actions
}

function taintAction(node: Node, taints: readonly Taint[] | undefined): readonly NodeAction[] {
  return taints === undefined ? [] : [{ type: 'set-taints', node, taints }]
}

function isReady(node: Node): boolean {
  return findReady(node)?.status === 'True'
}

function zoneOf({ metadata: { labels = {} } }: Node): string {
  const { 'topology.kubernetes.io/region': region = '', 'topology.kubernetes.io/zone': zone = '' } =
    labels
  return `${region} ${zone}`
}
