import { formatDurationMs } from '../base/duration.ts'
import { marginOf } from './margin.ts'
import type { RunView } from './run-view.ts'

/**
 * Where a pod took no more connections sooner after its deletion than the path may need to learn of
 * it, another run of the same rollout drops requests: this one was lucky. One sentence, or none.
 */
export function luckWithThePath(view: RunView): string[] {
  const { lagMsMax } = view.run.path
  const margin = marginOf(view, [])
  if (lagMsMax === undefined || margin === undefined || margin.lagMs >= lagMsMax) return []
  return [
    `A pod took no more connections ${formatDurationMs(margin.lagMs)} after its deletion, and the path may need ` +
      `${formatDurationMs(lagMsMax)} to learn of it: that nothing was dropped was luck.`,
  ]
}
