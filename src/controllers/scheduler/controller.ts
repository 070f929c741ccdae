import { newEventRecorder } from '../../client/event-recorder.ts'
import type { Pod } from '../../api/pod.ts'
import { isSame } from '../canonical-json.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { bindPod, writeCondition } from './execution.ts'
import { mayAdmitOthers } from './node-change.ts'
import { Occupancy } from './occupancy.ts'
import { FAILED_SCHEDULING, SCHEDULED, schedulePod } from './reconcile.ts'
import { gatherSchedulingView } from './view.ts'

/** Places every pending pod as schedulePod decides. */
export function startScheduler({ client, clock, caches }: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'default-scheduler', {
    instance: 'default-scheduler-hitless',
  })
  const occupancy = new Occupancy()
  /** Pods that fitted nowhere the last time they were looked at, by key: looked at again when that may have changed. */
  const refused = new Map<string, Pod>()

  const queue = newControllerQueue(clock, async (key) => {
    const pod = caches.of('Pod').get(key)
    if (pod === undefined || pod.spec.nodeName !== undefined || occupancy.isAssumed(pod)) return
    const decision = schedulePod(gatherSchedulingView(caches, pod, occupancy), clock.wallMs())
    if (decision.type === 'wait' || decision.type === 'refuse') refused.set(key, pod)
    else refused.delete(key)
    switch (decision.type) {
      case 'none':
      case 'wait':
        return
      case 'refuse':
        await writeCondition(client, pod, decision.condition)
        return events.event(pod, 'Warning', FAILED_SCHEDULING, decision.message, {
          action: 'Scheduling',
        })
      case 'place': {
        await bindPod(client, pod, decision, clock.wallMs())
        const isShown = caches.of('Pod').get(key)?.spec.nodeName !== undefined
        if (!isShown) occupancy.assume(key, pod, decision.nodeName)
        return events.event(pod, 'Normal', SCHEDULED, decision.message, { action: 'Binding' })
      }
    }
  })

  const retry = (mayBeHelped: (pod: Pod) => boolean = () => true) => {
    for (const [key, pod] of refused) if (mayBeHelped(pod)) queue.add(key)
  }

  caches.of('Pod').onChange(({ key, current }) => {
    const change = occupancy.put(key, current)
    if (current === undefined || current.spec.nodeName !== undefined) refused.delete(key)
    else if (!isSameWish(current, refused.get(key))) queue.add(key)
    switch (change) {
      case 'freed':
        return retry()
      case 'taken':
        return retry(looksAtOthers)
      case 'none':
        return
    }
  })
  caches.of('Node').onChange(({ current, previous }) => {
    if (mayAdmitOthers(current, previous)) retry()
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}

/** What was refused is refused still: only what others write about it has changed, or what the scheduler has written itself. */
function isSameWish(current: Pod, refused: Pod | undefined): boolean {
  return (
    refused !== undefined &&
    refused.metadata.uid === current.metadata.uid &&
    isSame(refused.spec, current.spec) &&
    isSame(refused.metadata.labels, current.metadata.labels)
  )
}

/** A pod that came somewhere may be the company that it wants, or make the balance even. */
function looksAtOthers({ spec }: Pod): boolean {
  return spec.affinity?.podAffinity !== undefined || spec.topologySpreadConstraints !== undefined
}
