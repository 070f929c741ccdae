import { isApiError } from '../../api/api-error.ts'
import type { Node } from '../../api/core.ts'
import type { Pod } from '../../api/pod.ts'
import type { Taint } from '../../api/scheduling.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { Client } from '../../client/client.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { Clock } from '../../world/clock.ts'
import type { NodeAction } from './reconcile.ts'

export interface NodeExecution {
  readonly client: Client
  readonly clock: Clock
  readonly events: EventRecorder
  readonly podsOn: (nodeName: string) => readonly Pod[]
  /** Nodes whose pods could not all be marked yet. */
  readonly unmarked: Set<string>
}

/** Carries out one action; rejects with ApiError. */
export async function executeNodeAction(
  execution: NodeExecution,
  action: NodeAction,
): Promise<void> {
  const { client, events, unmarked } = execution
  switch (action.type) {
    case 'event': {
      const { nodeName: name, uid, reason, message } = action
      const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } }
      return events.event(about, 'Normal', reason, message)
    }
    case 'set-conditions': {
      const { node, conditions } = action
      const next = { ...node, status: { ...node.status, conditions } }
      await client.update('Node', next, { subresource: 'status' })
      return
    }
    case 'set-taints':
      return writeTaints(client, action.node, action.taints)
    case 'mark-pods':
      unmarked.add(action.nodeName)
      await markPods(execution, action.nodeName)
      unmarked.delete(action.nodeName)
  }
}

/** On the newest version: the status, or other taints, may have been written a moment ago. */
export async function writeTaints(
  client: Client,
  { metadata, spec }: Node,
  wanted: readonly Taint[],
): Promise<void> {
  const before = spec?.taints ?? []
  const live = await client.get('Node', metadata)
  if (live.metadata.uid !== metadata.uid) return
  const removed = before.filter((taint) => !wanted.includes(taint))
  const added = wanted.filter((taint) => !before.includes(taint))
  const changed = [...removed, ...added]
  const kept = (live.spec?.taints ?? []).filter(
    (taint) => !changed.some(({ key, effect }) => key === taint.key && effect === taint.effect),
  )
  const taints = [...kept, ...added]
  const { taints: _old, ...rest } = live.spec ?? {}
  await client.update('Node', { ...live, spec: taints.length === 0 ? rest : { ...rest, taints } })
}

async function markPods(
  { client, clock, events, podsOn }: NodeExecution,
  nodeName: string,
): Promise<void> {
  for (const pod of podsOn(nodeName)) {
    const next = withoutReadiness(pod, clock.wallMs())
    if (next === undefined) continue
    try {
      await client.update('Pod', next, { subresource: 'status' })
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
      continue
    }
    events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
  }
}

/** Undefined when the pod is not ready anyway. */
function withoutReadiness(pod: Pod, nowMs: number): Pod | undefined {
  const { conditions = [] } = pod.status ?? {}
  if (!conditions.some(({ type, status }) => type === 'Ready' && status !== 'False')) {
    return undefined
  }
  const next = conditions.map((condition) =>
    condition.type === 'Ready'
      ? { ...condition, status: 'False' as const, lastTransitionTime: formatTimestamp(nowMs) }
      : condition,
  )
  return { ...pod, status: { ...pod.status, conditions: next } }
}
