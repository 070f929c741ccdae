import { keyOf } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { selectorMatches } from '../../api/selector.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import {
  newControllerQueue,
  siblingKey,
  type Controller,
  type ControllerContext,
} from '../controller.ts'
import { reconcileBudget } from './reconcile.ts'

/** Keeps the status of every PodDisruptionBudget as reconcileBudget decides: evictions are granted by it. */
export function startDisruptionController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'controllermanager', eventOptions)
  const budgets = caches.of('PodDisruptionBudget')

  const queue = newControllerQueue(clock, async (key) => {
    const budget = budgets.get(key)
    if (budget === undefined) return
    const { selector } = budget.spec
    const pods = caches
      .within('Pod', budget.metadata.namespace)
      .filter(({ metadata }) => selectorMatches(selector, metadata.labels))
    const sources = {
      replicaSet: (name: string) => caches.of('ReplicaSet').get(siblingKey(budget, name)),
      deployment: (name: string) => caches.of('Deployment').get(siblingKey(budget, name)),
    }
    const nowMs = clock.wallMs()
    const decision = reconcileBudget({ budget, pods, sources }, nowMs)
    for (const { pod, type, reason, message } of decision.events) {
      events.event(pod ?? budget, type, reason, message)
    }
    if (decision.next !== undefined) {
      await client.update('PodDisruptionBudget', decision.next, { subresource: 'status' })
    }
    if (decision.requeueAtMs !== undefined) queue.addAfter(key, decision.requeueAtMs - nowMs)
  })

  const addMatching = ({ metadata }: Pod) => {
    for (const budget of caches.within('PodDisruptionBudget', metadata.namespace)) {
      if (selectorMatches(budget.spec.selector, metadata.labels)) queue.add(keyOf(budget))
    }
  }
  budgets.onChange(({ key, current }) => {
    if (current !== undefined) queue.add(key)
  })
  caches.of('Pod').onChange(({ current, previous }) => {
    if (current !== undefined) addMatching(current)
    if (previous !== undefined && previous.metadata.labels !== current?.metadata.labels) {
      addMatching(previous)
    }
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}
