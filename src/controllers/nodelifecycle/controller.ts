import { ApiError } from '../../api/api-error.ts'
import { NODE_LEASE_NAMESPACE } from '../../api/lease.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { startPeriod } from '../period.ts'
import { executeNodeAction, writeTaints, type NodeExecution } from './execution.ts'
import { missingMetadata } from './node-metadata.ts'
import { noScheduleTaints } from './node-taints.ts'
import { monitorNodes, NO_MEMORY, type NodeAction } from './reconcile.ts'

/** kube-controller-manager, --node-monitor-period. */
const MONITOR_PERIOD_MS = 5_000

/** Looks after the nodes as monitorNodes decides, keeps new pods away from those that are cordoned or unwell, and labels them. */
export function startNodeLifecycleController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'node-controller', eventOptions)
  const podsOn = (nodeName: string) =>
    caches
      .of('Pod')
      .list()
      .filter(({ spec }) => spec.nodeName === nodeName)
  const execution: NodeExecution = { client, clock, events, podsOn, unmarked: new Set() }
  let memory = NO_MEMORY

  const queue = newControllerQueue(clock, async (name) => {
    const node = caches.of('Node').get(name)
    const taints = node && noScheduleTaints(node, clock.wallMs())
    if (node !== undefined && taints !== undefined) await writeTaints(client, node, taints)
    const patch = node && missingMetadata(node)
    if (node !== undefined && patch !== undefined) await client.patch('Node', { name }, patch)
  })
  const monitor = startPeriod(clock, MONITOR_PERIOD_MS, async () => {
    const view = {
      nodes: caches.of('Node').list(),
      leaseOf: (name: string) => caches.of('Lease').get(`${NODE_LEASE_NAMESPACE}/${name}`),
    }
    const step = monitorNodes(view, memory, clock.wallMs())
    memory = step.memory
    await executeAll(execution, step.actions)
  })
  caches.of('Node').onChange(({ key, current }) => {
    if (current !== undefined) queue.add(key)
  })
  return {
    async stop() {
      await monitor.stop()
      await queue.stop()
      await events.stop()
    },
  }
}

/** What follows on a failure is left out for that node. */
async function executeAll(execution: NodeExecution, actions: readonly NodeAction[]): Promise<void> {
  const failed = new Set<string>()
  const retries = [...execution.unmarked].map(
    (nodeName) => ({ type: 'mark-pods', nodeName }) as const,
  )
  for (const action of [...retries, ...actions]) {
    const name = 'node' in action ? action.node.metadata.name : action.nodeName
    if (failed.has(name)) continue
    try {
      await executeNodeAction(execution, action)
    } catch (error) {
      // Somebody was quicker, or the server is away: the next look sees what is left to do.
      if (!(error instanceof ApiError)) throw error
      failed.add(name)
    }
  }
}
