import { controllerOf, keyOf } from '../../api/meta.ts'
import { isPodTerminating, type Pod } from '../../api/pod.ts'
import { selectorMatches } from '../../api/selector.ts'
import type { ReplicaSet } from '../../api/workload.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import {
  newControllerQueue,
  siblingKey,
  type Controller,
  type ControllerContext,
} from '../controller.ts'
import { Expectations } from '../expectations.ts'
import { ReplicaSetExecution } from './execution.ts'
import { reconcileReplicaSet } from './reconcile.ts'
import { gatherReplicaSetView } from './view.ts'

/** Keeps the pods of every ReplicaSet as reconcileReplicaSet decides. */
export function startReplicaSetController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'replicaset-controller', eventOptions)
  const expectations = new Expectations()
  const replicaSets = caches.of('ReplicaSet')
  const queue = newControllerQueue(clock, async (key) => {
    const nowMs = clock.wallMs()
    const view = gatherReplicaSetView(caches, key, expectations.areMet(key, nowMs))
    if (view === undefined) return expectations.forget(key)
    const { replicaSet } = view
    const decision = reconcileReplicaSet(view, nowMs)
    const execution = { client, events, expectations, key, replicaSet, nowMs }
    await new ReplicaSetExecution(execution).run(decision)
    if (decision.requeueAt !== undefined) {
      queue.addAfter(key, decision.requeueAt - clock.wallMs())
    }
  })

  /** The key of the ReplicaSet that controls the pod, if it is still the same one. */
  const ownerKey = (pod: Pod | undefined) => {
    if (pod === undefined) return undefined
    const owner = controllerOf(pod)
    if (owner?.kind !== 'ReplicaSet') return undefined
    const key = siblingKey(pod, owner.name)
    return replicaSets.get(key)?.metadata.uid === owner.uid ? key : undefined
  }
  replicaSets.onChange(({ key, current, previous }) => {
    // Another one of the same name must not wait for its predecessor's pods.
    if (current?.metadata.uid !== previous?.metadata.uid) expectations.forget(key)
    queue.add(key)
  })
  caches.of('Pod').onChange(({ current, previous }) => {
    const before = ownerKey(previous)
    const after = ownerKey(current)
    if (after !== undefined && previous === undefined) expectations.creationSeen(after)
    const isGoing = current === undefined || isPodTerminating(current)
    const goer = after ?? before
    if (isGoing && goer !== undefined) {
      expectations.deletionSeen(goer, (current ?? previous)?.metadata.uid ?? '')
    }
    if (before !== undefined) queue.add(before)
    if (after !== undefined) queue.add(after)
    if (current !== undefined && controllerOf(current) === undefined) {
      for (const match of matchingReplicaSets(replicaSets.list(), current)) queue.add(keyOf(match))
    }
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}

/** Those that may adopt the pod. */
function matchingReplicaSets(all: readonly ReplicaSet[], { metadata }: Pod): readonly ReplicaSet[] {
  return all.filter(
    (replicaSet) =>
      replicaSet.metadata.namespace === metadata.namespace &&
      selectorMatches(replicaSet.spec.selector, metadata.labels),
  )
}
