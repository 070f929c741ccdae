import { keyOf } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { evictPod } from './execution.ts'
import { decideEviction, type Planned } from './reconcile.ts'

const REASON = 'TaintManagerEviction'

/** Ends the pods that do not bear the NoExecute taints of their node, as decideEviction says. */
export function startTaintEvictionController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'taint-eviction-controller', eventOptions)
  /** By the pod's key; bounded by the number of pods. */
  const plans = new Map<string, Planned>()

  const queue = newControllerQueue(clock, async (key) => {
    const pod = caches.of('Pod').get(key)
    const { nodeName } = pod?.spec ?? {}
    if (pod === undefined || nodeName === undefined) return void plans.delete(key)
    const node = caches.of('Node').get(nodeName)
    const nowMs = clock.wallMs()
    const decision = decideEviction({ pod, node }, plans.get(key), nowMs)
    switch (decision.type) {
      case 'stay':
        plans.delete(key)
        if (decision.isCancelled) tell(pod, `Cancelling deletion of Pod ${keyOf(pod)}`)
        return
      case 'wait':
        plans.set(key, decision.planned)
        return queue.addAfter(key, decision.planned.dueMs - nowMs)
      case 'evict':
        tell(pod, `Marking for deletion Pod ${keyOf(pod)}`)
        await evictPod(client, pod, nowMs)
        return void plans.delete(key)
    }
  })

  const tell = (pod: Pod, message: string) => events.event(pod, 'Normal', REASON, message)

  caches.of('Pod').onChange(({ key, current, previous }) => {
    if (current?.spec.nodeName === undefined && previous === undefined) return
    const isSame =
      current?.metadata.uid === previous?.metadata.uid &&
      current?.spec.nodeName === previous?.spec.nodeName &&
      current?.spec.tolerations === previous?.spec.tolerations &&
      current?.metadata.deletionTimestamp === previous?.metadata.deletionTimestamp
    if (!isSame) queue.add(key)
  })
  caches.of('Node').onChange(({ key, current, previous }) => {
    if (current?.spec?.taints === previous?.spec?.taints) return
    for (const pod of caches.of('Pod').list()) {
      if (pod.spec.nodeName === key) queue.add(keyOf(pod))
    }
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}
