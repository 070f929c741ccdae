import { ApiError } from '../../api/api-error.ts'
import type { Pod } from '../../api/pod.ts'
import { getIfThere } from '../../client/get-if-there.ts'
import type { Controller, ControllerContext } from '../controller.ts'
import { startPeriod } from '../period.ts'
import { forcePodOut, NODE_LOST, type Because } from './execution.ts'
import { collectPods } from './reconcile.ts'

/** Kubernetes' own (gcCheckPeriod). */
const PERIOD_MS = 20_000

/** Removes the pods that nobody else would, as collectPods decides. */
export function startPodGarbageCollector({ client, clock, caches }: ControllerContext): Controller {
  let missingSince: ReadonlyMap<string, number> = new Map()

  const remove = (pod: Pod, because?: Because) =>
    unlessRefused(() => forcePodOut(client, pod, clock.wallMs(), because))
  return startPeriod(clock, PERIOD_MS, async () => {
    const pods = caches.of('Pod').list()
    const nodes = caches.of('Node').list()
    const step = collectPods({ pods, nodes, missingSince }, clock.wallMs())
    missingSince = step.missingSince
    for (const pod of step.pods) await remove(pod)
    for (const [name, orphans] of step.orphans) {
      // The cache may be behind: what goes now does not come back.
      await unlessRefused(async () => {
        if ((await getIfThere(client, 'Node', { name })) !== undefined) return
        for (const pod of orphans) await remove(pod, NODE_LOST)
      })
    }
  })
}

/** Somebody was quicker, or the server is away: the next look sees what is left to do. */
async function unlessRefused(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}
