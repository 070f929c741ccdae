import { ApiError, isApiError } from '../../api/api-error.ts'
import type { Node } from '../../api/core.ts'
import { NODE_LEASE_NAMESPACE } from '../../api/lease.ts'
import type { Pod } from '../../api/pod.ts'
import type { Taint } from '../../api/scheduling.ts'
import { throwLater } from '../../base/throw-later.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import type { Timer } from '../../world/clock.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { noScheduleTaints } from './node-taints.ts'
import { monitorNodes, NO_MEMORY, type NodeAction } from './reconcile.ts'

/** kube-controller-manager, --node-monitor-period. */
const MONITOR_PERIOD_MS = 5_000

/** Looks after the nodes as monitorNodes decides, and keeps new pods away from those that are cordoned or unwell. */
export function startNodeLifecycleController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'node-controller', eventOptions)
  let memory = NO_MEMORY
  let stopped = false
  let timer: Timer | undefined
  let working: Promise<void> | undefined
  /** Nodes whose pods could not all be marked. */
  const unmarked = new Set<string>()

  const queue = newControllerQueue(clock, async (name) => {
    const node = caches.of('Node').get(name)
    const taints = node && noScheduleTaints(node, clock.wallMs())
    if (node !== undefined && taints !== undefined) await writeTaints(node, taints)
  })

  const monitor = async () => {
    const view = {
      nodes: caches.of('Node').list(),
      leaseOf: (name: string) => caches.of('Lease').get(`${NODE_LEASE_NAMESPACE}/${name}`),
    }
    const step = monitorNodes(view, memory, clock.wallMs())
    memory = step.memory
    const retries = [...unmarked].map((nodeName) => ({ type: 'mark-pods', nodeName }) as const)
    const failed = new Set<string>()
    for (const action of [...retries, ...step.actions]) {
      const name = nodeOf(action)
      if (failed.has(name)) continue
      try {
        await execute(action)
      } catch (error) {
        // Somebody was quicker, or the server is away: the next look sees what is left to do.
        if (!(error instanceof ApiError)) throw error
        failed.add(name)
      }
    }
  }

  const execute = async (action: NodeAction): Promise<unknown> => {
    switch (action.type) {
      case 'event': {
        const { nodeName: name, uid, reason, message } = action
        const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } }
        return events.event(about, 'Normal', reason, message)
      }
      case 'set-conditions': {
        const { node, conditions } = action
        const status = { ...node.status, conditions }
        return client.update('Node', { ...node, status }, { subresource: 'status' })
      }
      case 'set-taints':
        return writeTaints(action.node, action.taints)
      case 'mark-pods':
        unmarked.add(action.nodeName)
        await markPods(action.nodeName)
        return unmarked.delete(action.nodeName)
    }
  }

  /** On the newest version: the status, or the other taints, may have been written a moment ago. */
  const writeTaints = async ({ metadata, spec }: Node, wanted: readonly Taint[]) => {
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

  const markPods = async (nodeName: string) => {
    for (const pod of caches.of('Pod').list()) {
      if (pod.spec.nodeName !== nodeName) continue
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

  const schedule = () => {
    if (stopped) return
    timer = clock.after(MONITOR_PERIOD_MS, () => {
      working = monitor().then(schedule, throwLater)
    })
  }
  working = monitor().then(schedule, throwLater)
  caches.of('Node').onChange(({ key, current }) => {
    if (current !== undefined) queue.add(key)
  })
  return {
    async stop() {
      stopped = true
      timer?.cancel()
      await working
      await queue.stop()
      await events.stop()
    },
  }
}

function nodeOf(action: NodeAction): string {
  return 'node' in action ? action.node.metadata.name : action.nodeName
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
