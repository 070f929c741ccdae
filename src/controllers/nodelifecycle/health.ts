import type { Node, NodeCondition } from '../../api/core.ts'
import type { Lease } from '../../api/lease.ts'
import { formatTimestamp, parseTimestamp } from '../../base/timestamp.ts'
import { findCondition } from '../condition-list.ts'

/** A node that says nothing for so long is lost (kube-controller-manager, --node-monitor-grace-period). */
export const MONITOR_GRACE_MS = 50_000
/** The same for one that has never said anything (--node-startup-grace-period). */
export const STARTUP_GRACE_MS = 60_000

/** What is remembered of a node between two looks at it. Times of the node itself are not trusted, only changes are. */
export interface Health {
  /** When it was last seen to be alive, by our clock. */
  readonly aliveAtMs: number
  readonly hasReady: boolean
  readonly heartbeat: string | undefined
  readonly renewMs: number | undefined
}

/** The conditions that become unknown with their node. */
const CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** What the node's status and its Lease tell, since the last look (tryUpdateNodeHealth). */
export function observe(
  node: Node,
  lease: Lease | undefined,
  known: Health | undefined,
  nowMs: number,
): Health {
  const ready = findReady(node)
  const heartbeat = ready?.lastHeartbeatTime
  const hasReady = ready !== undefined
  const createdMs = parseTimestamp(node.metadata.creationTimestamp ?? '') ?? nowMs
  const first: Health = {
    aliveAtMs: hasReady ? nowMs : createdMs,
    hasReady,
    heartbeat,
    renewMs: undefined,
  }
  const health = known ?? first
  const isNews = health.hasReady !== hasReady || (hasReady && health.heartbeat !== heartbeat)
  const renewed = parseTimestamp(lease?.spec?.renewTime ?? '')
  const isRenewed =
    renewed !== undefined && (health.renewMs === undefined || health.renewMs < renewed)
  return {
    hasReady,
    heartbeat,
    aliveAtMs: isNews || isRenewed ? nowMs : health.aliveAtMs,
    renewMs: isRenewed ? renewed : health.renewMs,
  }
}

/** The conditions of a node that has been silent for too long; undefined while it has not. */
export function unknownConditions(
  node: Node,
  { aliveAtMs, hasReady }: Health,
  nowMs: number,
): readonly NodeCondition[] | undefined {
  const graceMs = hasReady ? MONITOR_GRACE_MS : STARTUP_GRACE_MS
  if (nowMs <= aliveAtMs + graceMs) return undefined
  if (findReady(node)?.status === 'Unknown') return undefined
  const now = formatTimestamp(nowMs)
  const current = node.status?.conditions ?? []
  const told = current.map((condition): NodeCondition => {
    if (!CONDITIONS.includes(condition.type) || condition.status === 'Unknown') return condition
    return {
      ...condition,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: now,
    }
  })
  const { creationTimestamp = now } = node.metadata
  const untold = CONDITIONS.filter((type) => findCondition(current, type) === undefined)
  return [
    ...told,
    ...untold.map((type): NodeCondition => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: creationTimestamp,
      lastTransitionTime: now,
    })),
  ]
}

export function findReady({ status }: Node): NodeCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready')
}
