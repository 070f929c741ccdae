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
import { reconcileBudget, severalBudgets } from './reconcile.ts'
import { startStaleDisruptionController } from './stale-controller.ts'

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

  const stale = startStaleDisruptionController({ client, clock, caches })
  const addMatching = (pod: Pod) => {
    const { namespace, labels } = pod.metadata
    const matching = caches
      .within('PodDisruptionBudget', namespace)
      .filter(({ spec }) => selectorMatches(spec.selector, labels))
    for (const budget of matching) queue.add(keyOf(budget))
    const told = severalBudgets(pod, matching)
    if (told !== undefined) events.event(pod, told.type, told.reason, told.message)
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
      await stale.stop()
      await events.stop()
    },
  }
}
