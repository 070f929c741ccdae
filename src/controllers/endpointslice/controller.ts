import { controllerOf, keyOf } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { labelsMatch } from '../../api/selector.ts'
import type { EndpointSlice } from '../../api/service.ts'
import {
  newControllerQueue,
  siblingKey,
  type Controller,
  type ControllerContext,
} from '../controller.ts'
import { Expectations } from '../expectations.ts'
import { hasSameEndpoints } from './endpoint.ts'
import { executeSliceAction } from './execution.ts'
import { reconcileService } from './reconcile.ts'
import { gatherServiceView } from './view.ts'

/** Keeps the EndpointSlices of every Service as reconcileService decides. */
export function startEndpointSliceController({
  client,
  clock,
  caches,
}: ControllerContext): Controller {
  const expectations = new Expectations()
  const services = caches.of('Service')

  const queue = newControllerQueue(clock, async (key) => {
    const nowMs = clock.wallMs()
    const view = gatherServiceView(caches, key)
    if (view === undefined) return expectations.forget(key)
    if (!expectations.areMet(key, nowMs)) return
    for (const action of reconcileService(view).actions) {
      await executeSliceAction({ client, expectations, key, nowMs }, action)
    }
  })

  const addMatching = ({ metadata }: Pod) => {
    for (const service of services.list()) {
      const { selector } = service.spec
      if (selector === undefined || service.metadata.namespace !== metadata.namespace) continue
      if (labelsMatch(selector, metadata.labels)) queue.add(keyOf(service))
    }
  }
  services.onChange(({ key, current, previous }) => {
    if (current?.metadata.uid !== previous?.metadata.uid) expectations.forget(key)
    queue.add(key)
  })
  caches.of('Pod').onChange(({ current, previous }) => {
    if (previous !== undefined && current !== undefined && hasSameEndpoints(previous, current)) {
      return
    }
    if (current !== undefined) addMatching(current)
    if (previous !== undefined && previous.metadata.labels !== current?.metadata.labels) {
      addMatching(previous)
    }
  })
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
