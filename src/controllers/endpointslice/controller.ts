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
import { reconcileService } from './reconcile.ts'
import { gatherServiceView } from './view.ts'

/** Keeps the EndpointSlices of every Service as reconcileService decides. */
export function startEndpointSliceController({
  client,
  clock,
  caches,
}: ControllerContext): Controller {
  const expectations = new Expectations()

  const queue = newControllerQueue(clock, async (key) => {
    const nowMs = clock.wallMs()
    const view = gatherServiceView(caches, key)
    if (view === undefined) return expectations.forget(key)
    if (!expectations.areMet(key, nowMs)) return
    for (const action of reconcileService(view).actions) {
      await executeSliceAction({ client, expectations, key, nowMs }, action)
    }
  })

  caches.of('Service').onChange(({ key, current, previous }) => {
    if (current?.metadata.uid !== previous?.metadata.uid) expectations.forget(key)
    queue.add(key)
  })
  followPods(caches, (key) => queue.add(key))
  caches.of('EndpointSlice').onChange(({ current, previous }) => {
    const slice = current ?? previous
    const key = slice && ownerKey(slice)
    if (key === undefined) return
    if (previous === undefined) expectations.creationSeen(key)
    if (current === undefined) expectations.deletionSeen(key, slice?.metadata.uid ?? '')
    queue.add(key)
  })
  return { stop: () => queue.stop() }
}

function ownerKey(slice: EndpointSlice): string | undefined {
  const owner = controllerOf(slice)
  return owner?.kind === 'Service' ? siblingKey(slice, owner.name) : undefined
}
