import { isApiError } from '../../api/api-error.ts'
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
import { reconcileService, type SliceAction } from './reconcile.ts'
import { gatherServiceView } from './view.ts'

/** Keeps the EndpointSlices of every Service as reconcileService decides. */
export function startEndpointSliceController({
  client,
  clock,
  caches,
}: ControllerContext): Controller {
  const expectations = new Expectations()
  const services = caches.of('Service')

  // Updates need no expectation: one that is based on an old version is refused.
  const execute = async (key: string, action: SliceAction) => {
    const { metadata } = action.slice
    switch (action.type) {
      case 'create-slice':
        try {
          await client.create('EndpointSlice', action.slice)
        } catch (error) {
          expectations.creationSeen(key)
          throw error
        }
        return
      case 'update-slice':
        await client.update('EndpointSlice', action.slice)
        return
      case 'delete-slice':
        try {
          await client.delete('EndpointSlice', metadata)
        } catch (error) {
          expectations.deletionSeen(key, metadata.uid ?? '')
          if (!isApiError(error, 'NotFound')) throw error
        }
        return
    }
  }

  const queue = newControllerQueue(clock, async (key) => {
    const nowMs = clock.wallMs()
    const view = gatherServiceView(caches, key)
    if (view === undefined) return expectations.forget(key)
    if (!expectations.areMet(key, nowMs)) return
    const { actions } = reconcileService(view)
    for (const action of actions) {
      // One at a time: what a failure leaves undone must not be waited for.
      expectations.expect(key, nowMs, {
        creations: action.type === 'create-slice' ? 1 : 0,
        deletions: action.type === 'delete-slice' ? [action.slice.metadata.uid ?? ''] : [],
      })
      await execute(key, action)
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
