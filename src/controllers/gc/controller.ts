import { keyOf, type ApiObject, type OwnerReference } from '../../api/meta.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { executeCollection } from './execution.ts'
import { gatherItemView, isMisplaced, itemKey, ownerName } from './gather.ts'
import { OwnerGraph } from './graph.ts'
import { invalidOwnerMessage, isInOtherNamespace } from './invalid-owner.ts'
import { collectItem } from './reconcile.ts'
import { isDeletingDependents, isOrphaningDependents, knownKind } from './view.ts'

/** Deletes what nobody owns any more, as collectItem decides. Namespaces are not emptied by it. */
export function startGarbageCollector({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'garbage-collector-controller', eventOptions)
  const graph = new OwnerGraph()
  const { kinds } = caches
  const enqueue = (object: ApiObject) => queue.add(itemKey(object))
  const queue = newControllerQueue(clock, async (key) => {
    const view = await gatherItemView(client, { graph, kinds }, key)
    if (view !== undefined) await executeCollection(client, collectItem(view), enqueue)
  })

  const cachedOwner = (object: ApiObject, reference: OwnerReference) => {
    const kind = knownKind(reference, kinds)
    if (kind === undefined || isMisplaced(object, kind)) return undefined
    const owner = caches.of(kind).get(keyOf({ metadata: ownerName(object, kind, reference) }))
    return owner?.metadata.uid === reference.uid ? owner : undefined
  }
  const isOwnerDoubtful = (object: ApiObject, reference: OwnerReference) => {
    const kind = knownKind(reference, kinds)
    if (kind === undefined || isMisplaced(object, kind)) return false
    const owner = cachedOwner(object, reference)
    return owner === undefined || isDeletingDependents(owner)
  }
  /** Owners that wait for their dependents count them again. */
  const enqueueWaitingOwners = (object: ApiObject) => {
    for (const reference of object.metadata.ownerReferences ?? []) {
      const owner = cachedOwner(object, reference)
      if (owner !== undefined && isDeletingDependents(owner)) enqueue(owner)
    }
  }

  const tellInvalidOwner = (dependent: ApiObject, owner: ApiObject) => {
    const { uid } = owner.metadata
    const reference = dependent.metadata.ownerReferences?.find((one) => one.uid === uid)
    if (reference === undefined || !isInOtherNamespace(dependent, owner)) return
    const message = invalidOwnerMessage(dependent, reference)
    events.event(dependent, 'Warning', 'OwnerRefInvalidNamespace', message)
  }
  /** Whichever of the two is seen last makes it known. */
  const tellInvalidOwners = (current: ApiObject, previous: ApiObject | undefined) => {
    if (current.metadata.ownerReferences !== previous?.metadata.ownerReferences) {
      for (const { uid } of current.metadata.ownerReferences ?? []) {
        const owner = graph.objectOf(uid)
        if (owner !== undefined) tellInvalidOwner(current, owner)
      }
    }
    if (previous !== undefined) return
    for (const dependent of graph.dependentsOf(current.metadata.uid)) {
      tellInvalidOwner(dependent, current)
    }
  }

  for (const kind of kinds) {
    caches.of(kind).onChange(({ current, previous }) => {
      const object = current ?? previous
      if (object === undefined) return
      graph.replace(itemKey(object), previous, current)
      if (current !== undefined) tellInvalidOwners(current, previous)
      if (previous !== undefined) enqueueWaitingOwners(previous)
      if (current === undefined) {
        graph.dependentsOf(object.metadata.uid).forEach(enqueue)
      } else if (
        isDeletingDependents(current) ||
        isOrphaningDependents(current) ||
        current.metadata.ownerReferences?.some((one) => isOwnerDoubtful(current, one)) === true
      ) {
        enqueue(current)
      }
    })
  }
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}
