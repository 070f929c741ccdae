import { SERVICE_NAME_LABEL, type EndpointSlice } from '../../api/service.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import {
  newControllerQueue,
  siblingKey,
  type Controller,
  type ControllerContext,
} from '../controller.ts'
import { Expectations } from '../expectations.ts'
import { executeMirrorAction } from './execution.ts'
import { MANAGED_BY, MANAGED_BY_LABEL, mirrorEndpoints } from './reconcile.ts'

/** Mirrors Endpoints made by hand as mirrorEndpoints decides. */
export function startEndpointSliceMirroringController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const component = 'endpoint-slice-mirroring-controller'
  const events = newEventRecorder(client, clock, component, eventOptions)
  const expectations = new Expectations()

  const queue = newControllerQueue(clock, async (key) => {
    const endpoints = caches.of('Endpoints').get(key)
    // The garbage collector takes the slices of Endpoints that are gone.
    if (endpoints === undefined) return expectations.forget(key)
    const nowMs = clock.wallMs()
    if (!expectations.areMet(key, nowMs)) return
    const slices = caches
      .of('EndpointSlice')
      .byOwner(endpoints.metadata.uid ?? '')
      .filter(isOurs)
    const service = caches.of('Service').get(key)
    const execution = { client, events, expectations, key, endpoints, nowMs }
    for (const action of mirrorEndpoints({ endpoints, service, slices })) {
      await executeMirrorAction(execution, action)
    }
  })

  caches.of('Endpoints').onChange(({ key, current, previous }) => {
    if (current?.metadata.uid !== previous?.metadata.uid) expectations.forget(key)
    queue.add(key)
  })
  caches.of('Service').onChange(({ key }) => queue.add(key))
  caches.of('EndpointSlice').onChange(({ current, previous }) => {
    const slice = current ?? previous
    if (slice === undefined || !isOurs(slice)) return
    const key = siblingKey(slice, slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? '')
    if (previous === undefined) expectations.creationSeen(key)
    queue.add(key)
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}

function isOurs({ metadata: { labels, deletionTimestamp } }: EndpointSlice): boolean {
  return labels?.[MANAGED_BY_LABEL] === MANAGED_BY && deletionTimestamp === undefined
}
