import { stoppedListeningAt } from './pod-life.ts'
import type { RunView } from './run-view.ts'
import { isInside } from './rollout-window.ts'
import { spanOf } from './units.ts'

/** A gap is told from here on: neither a close nor a change of the routes is seen more exactly. */
const GAP_NS_MIN = 100e6

/**
 * Pods of the rollout that took no more connections while the proxy still chose them. A connection
 * made then is dropped, so where none was seen it is only that none was made: the facts know of a gap
 * that the requests have missed, and that is no proof. One sentence; empty without such a pod.
 */
export function unseenGaps(view: RunView): string[] {
  const gaps = [...view.pods.values()].flatMap((life) => {
    const { deletedAt, ip, pod } = life
    if (deletedAt === undefined || ip === undefined || !isInside(view.window, deletedAt)) return []
    const stopped = stoppedListeningAt(life, view.servingContainerOf(life), view.endpoints.podPort)
    if (stopped === undefined) return []
    const chosenUntil = view.endpoints.chosenUntil(ip, stopped.at) ?? stopped.at
    const until = Math.min(chosenUntil, view.window?.endedAt ?? 0)
    return [{ name: pod.name, ns: until - stopped.at }]
  })
  const seen = gaps.filter(({ ns }) => ns >= GAP_NS_MIN).sort((a, b) => b.ns - a.ns)
  const [widest] = seen
  if (widest === undefined) return []
  const others = seen.length === 1 ? '' : `, and ${seen.length - 1} more pods likewise`
  return [
    `Pod ${widest.name} stopped listening ${spanOf(widest.ns)} before the proxy stopped choosing it${others}: ` +
      'that no request fell into the gap was luck, and more requests per second would.',
  ]
}
