import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { staleAtMs, withoutDisruption } from './stale-disruption.ts'

/** Resets the DisruptionTarget condition of pods that were spared. */
export function startStaleDisruptionController({
  client,
  clock,
  caches,
}: Pick<ControllerContext, 'client' | 'clock' | 'caches'>): Controller {
  const queue = newControllerQueue(clock, async (key) => {
    const pod = caches.of('Pod').get(key)
    const dueMs = pod && staleAtMs(pod)
    if (pod === undefined || dueMs === undefined) return
    const nowMs = clock.wallMs()
    if (dueMs > nowMs) return queue.addAfter(key, dueMs - nowMs)
    await client.update('Pod', withoutDisruption(pod, nowMs), { subresource: 'status' })
  })
  caches.of('Pod').onChange(({ key, current }) => {
    const dueMs = current && staleAtMs(current)
    if (dueMs !== undefined) queue.addAfter(key, dueMs - clock.wallMs())
  })
  return { stop: () => queue.stop() }
}
