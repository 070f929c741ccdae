import { controllerOf } from '../../api/meta.ts'
import type { EndpointSlice } from '../../api/service.ts'
import {
  newControllerQueue,
  siblingKey,
  type Controller,
  type ControllerContext,
} from '../controller.ts'
import { Expectations } from '../expectations.ts'
import { executeSliceAction } from './execution.ts'
import { followPods } from './membership.ts'
import { OwnWrites } from './own-writes.ts'
import { reconcileService } from './reconcile.ts'
import { gatherServiceView } from './view.ts'

/** Keeps the EndpointSlices of every Service as reconcileService decides. */
export function startEndpointSliceController({
  client,
  clock,
  caches,
}: ControllerContext): Controller {
  const expectations = new Expectations()
  const ownWrites = new OwnWrites()

  const queue = newControllerQueue(clock, async (key) => {
    const nowMs = clock.wallMs()
    const view = gatherServiceView(caches, key)
    if (view === undefined) return expectations.forget(key)
    if (!expectations.areMet(key, nowMs)) return
    const enqueue = () => queue.add(key)
    const execution = { client, expectations, key, nowMs, ownWrites, enqueue }
    for (const action of reconcileService(view).actions) {
      await executeSliceAction(execution, action)
    }
  })

  caches.of('Service').onChange(({ key, current, previous }) => {
    if (current?.metadata.uid !== previous?.metadata.uid) expectations.forget(key)
    queue.add(key)
  })
  followPods(caches, (key) => queue.add(key))
  caches.of('EndpointSlice').onChange(({ current, previous }) => {
    const slice = current ?? previous
    if (slice === undefined) return
    const key = ownerKey(slice)
    if (key === undefined) return
    const { uid = '', resourceVersion } = slice.metadata
    if (current === undefined) {
      expectations.deletionSeen(key, uid)
      ownWrites.forget(uid)
    } else if (previous === undefined) {
      expectations.creationSeen(key)
    } else if (ownWrites.isOwn(uid, resourceVersion)) {
      return
    }
    queue.add(key)
  })
  return { stop: () => queue.stop() }
}

function ownerKey(slice: EndpointSlice): string | undefined {
  const owner = controllerOf(slice)
  return owner?.kind === 'Service' ? siblingKey(slice, owner.name) : undefined
}
