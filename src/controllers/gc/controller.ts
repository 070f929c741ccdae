import type { ApiObject } from '../../api/meta.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { executeCollection } from './execution.ts'
import { gatherItemView, itemKey } from './gather.ts'
import { OwnerGraph } from './graph.ts'
import { invalidOwners } from './invalid-owner.ts'
import { OwnerLookup } from './owner-lookup.ts'
import { collectItem } from './reconcile.ts'
import { isDeletingDependents, isOrphaningDependents } from './view.ts'

/** Deletes what nobody owns any more, as collectItem decides. Namespaces are not emptied by it. */
export function startGarbageCollector({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'garbage-collector-controller', eventOptions)
  const graph = new OwnerGraph()
  const owners = new OwnerLookup(caches)
  const { kinds } = caches
  const enqueue = (object: ApiObject) => queue.add(itemKey(object))
  const queue = newControllerQueue(clock, async (key) => {
    const view = await gatherItemView(client, { graph, kinds }, key)
    if (view !== undefined) await executeCollection(client, collectItem(view), enqueue)
  })

  const follow = (current: ApiObject, previous: ApiObject | undefined) => {
    for (const { dependent, message } of invalidOwners(graph, current, previous)) {
      events.event(dependent, 'Warning', 'OwnerRefInvalidNamespace', message)
    }
    if (
      isDeletingDependents(current) ||
      isOrphaningDependents(current) ||
      owners.hasDoubtfulOwner(current)
    ) {
      enqueue(current)
    }
  }
  for (const kind of kinds) {
    caches.of(kind).onChange(({ current, previous }) => {
      const object = current ?? previous
      if (object === undefined) return
      graph.replace(itemKey(object), previous, current)
      // Owners that wait for their dependents count them again.
      if (previous !== undefined) owners.waitingOwners(previous).forEach(enqueue)
      if (current === undefined) graph.dependentsOf(object.metadata.uid).forEach(enqueue)
      else follow(current, previous)
    })
  }
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}
