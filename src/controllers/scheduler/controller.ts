import { keyOf, type Condition } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import { withoutCondition } from '../condition-list.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { FAILED_SCHEDULING, POD_SCHEDULED, SCHEDULED, schedulePod } from './reconcile.ts'
import { gatherSchedulingView } from './view.ts'

/** Places every pending pod as schedulePod decides. */
export function startScheduler({ client, clock, caches }: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'default-scheduler')
  /** Node names by pod uid, until the cache shows them: else many pods at once would all go to one node. */
  const placed = new Map<string, string>()

  const writeCondition = (pod: Pod, condition: Condition) => {
    const conditions = [...withoutCondition(pod.status?.conditions, POD_SCHEDULED), condition]
    const next: Pod = { ...pod, status: { ...pod.status, conditions } }
    return client.update('Pod', next, { subresource: 'status' })
  }
  const queue = newControllerQueue(clock, async (key) => {
    const view = gatherSchedulingView(caches, key, placed)
    if (view === undefined) return
    const { pod } = view
    const uid = pod.metadata.uid ?? ''
    if (placed.has(uid)) return
    const decision = schedulePod(view, clock.wallMs())
    switch (decision.type) {
      case 'none':
        return
      case 'refuse':
        await writeCondition(pod, decision.condition)
        return events.event(pod, 'Warning', FAILED_SCHEDULING, decision.message)
      case 'place': {
        // The condition comes first: once the node knows of the pod, the status is the node's to write.
        await writeCondition(pod, decision.condition)
        await client.patch('Pod', pod.metadata, { spec: { nodeName: decision.nodeName } })
        if (caches.of('Pod').get(key)?.spec.nodeName === undefined) {
          placed.set(uid, decision.nodeName)
        }
        return events.event(pod, 'Normal', SCHEDULED, decision.message)
      }
    }
  })

  caches.of('Pod').onChange(({ key, current, previous }) => {
    const isPlaced = current === undefined || current.spec.nodeName !== undefined
    if (isPlaced) placed.delete((current ?? previous)?.metadata.uid ?? '')
    else queue.add(key)
  })
  // Any change of a node may make room for those that wait.
  caches.of('Node').onChange(() => {
    for (const pod of caches.of('Pod').list()) {
      if (pod.spec.nodeName === undefined) queue.add(keyOf(pod))
    }
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}
