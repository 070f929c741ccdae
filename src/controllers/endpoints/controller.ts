import { keyOf } from '../../api/meta.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { followPods, selectedPods } from '../endpointslice/membership.ts'
import { deleteEndpoints, executeEndpoints } from './execution.ts'
import { MANAGED_BY, reconcileEndpoints } from './reconcile.ts'

/** Whoever holds a lock by an annotation of Endpoints needs no Service of that name. */
const LEADER = 'control-plane.alpha.kubernetes.io/leader'

/**
 * Changes of pods within this time are one write (kube-controller-manager, --endpoint-updates-batch-period, 0 by
 * default): every write carries all addresses, so that many single ones would cost their square.
 */
const BATCH_MS = 100

/** Keeps the Endpoints of every Service as reconcileEndpoints decides, and removes those whose Service is gone. */
export function startEndpointsController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, MANAGED_BY, eventOptions)

  const queue = newControllerQueue(clock, async (key) => {
    const service = caches.of('Service').get(key)
    const endpoints = caches.of('Endpoints').get(key)
    if (service === undefined) {
      if (endpoints !== undefined) await deleteEndpoints(client, endpoints.metadata)
      return
    }
    const pods = selectedPods(caches, service)
    await executeEndpoints({ client, events }, reconcileEndpoints({ service, pods, endpoints }))
  })

  caches.of('Service').onChange(({ key }) => queue.add(key))
  // Those that a Service has left behind while nobody looked.
  for (const endpoints of caches.of('Endpoints').list()) {
    if (endpoints.metadata.annotations?.[LEADER] === undefined) queue.add(keyOf(endpoints))
  }
  followPods(caches, (key) => queue.addAfter(key, BATCH_MS))
  caches.of('Endpoints').onChange(({ key, current }) => {
    if (current === undefined) queue.add(key)
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}
