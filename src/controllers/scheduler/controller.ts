import { keyOf } from '../../api/meta.ts'
import { isPodTerminal, isPodTerminating, type Pod } from '../../api/pod.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { bindPod, writeCondition } from './execution.ts'
import { FAILED_SCHEDULING, SCHEDULED, schedulePod } from './reconcile.ts'
import { gatherSchedulingView } from './view.ts'

/** Places every pending pod as schedulePod decides. */
export function startScheduler({ client, clock, caches }: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'default-scheduler')
  /** Node names by pod uid, until the cache shows them: else many pods at once would all go to one node. */
  const placed = new Map<string, string>()

  /** Keys of pods that fit nowhere the last time they were looked at. */
  const refused = new Set<string>()

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
        refused.add(key)
        await writeCondition(client, pod, decision.condition)
        return events.event(pod, 'Warning', FAILED_SCHEDULING, decision.message)
      case 'place': {
        refused.delete(key)
        await bindPod(client, pod, decision, clock.wallMs())
        if (caches.of('Pod').get(key)?.spec.nodeName === undefined) {
          placed.set(uid, decision.nodeName)
        }
        return events.event(pod, 'Normal', SCHEDULED, decision.message)
      }
    }
  })

  const retryRefused = () => refused.forEach((key) => queue.add(key))

  caches.of('Pod').onChange(({ key, current, previous }) => {
    const isPlaced = current === undefined || current.spec.nodeName !== undefined
    if (!isPlaced) return queue.add(key)
    placed.delete((current ?? previous)?.metadata.uid ?? '')
    refused.delete(key)
    if (changesRoom(current, previous)) retryRefused()
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

/** Whether the pod takes up other room than before, or others may want to be near it or away from it. */
function changesRoom(current: Pod | undefined, previous: Pod | undefined): boolean {
  if (current === undefined || previous === undefined) return true
  return (
    current.spec.nodeName !== previous.spec.nodeName ||
    current.metadata.labels !== previous.metadata.labels ||
    isPodTerminal(current) !== isPodTerminal(previous) ||
    isPodTerminating(current) !== isPodTerminating(previous)
  )
}
