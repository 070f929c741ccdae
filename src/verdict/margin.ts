import { suggestedPreStopSeconds } from './propagation-advice.ts'
import { stoppedListeningAt } from './pod-life.ts'
import type { RunView } from './run-view.ts'
import { isInside } from './rollout-window.ts'
import { millisecondsOf, spanOf } from './units.ts'
import type { JudgedCause, Verdict } from './verdict.ts'

/** Below this there is no margin to speak of: a close is not seen more exactly. */
const NO_MARGIN_NS = 100e6

/**
 * The largest endpoint lag at which the same rollout would have dropped nothing: the shortest time,
 * over all of the Service's pods that the rollout ended, from the deletion to the moment the pod took no more
 * connections. Where requests were dropped for other causes, no lag would have been small enough
 * and there is no margin to tell. Seen closings are late by up to their resolution, which is taken off.
 */
export function marginOf(view: RunView, causes: readonly JudgedCause[]): Verdict['margin'] {
  if (causes.some(({ id }) => id !== 'endpoint-propagation-race')) return undefined
  const lagNs = shortestOverlapNs(view)
  if (lagNs === undefined) return undefined
  const lag = { lagMs: millisecondsOf(lagNs) }
  if (lagNs >= NO_MARGIN_NS && causes.length === 0) {
    return { ...lag, message: `hitless up to ${spanOf(lagNs)} of endpoint lag` }
  }
  const seconds = suggestedPreStopSeconds(view.run.path.profile)
  const without =
    lagNs < NO_MARGIN_NS
      ? 'none: any endpoint lag above 0 s drops requests'
      : `any endpoint lag above ${spanOf(lagNs)} drops requests`
  return {
    ...lag,
    message: `${without}; with a preStop of ${seconds} s, hitless up to ${seconds} s of lag`,
  }
}

function shortestOverlapNs(view: RunView): number | undefined {
  const { pods, window, endpoints } = view
  const spans = [...pods.values()].flatMap((life) => {
    const { deletedAt, ip } = life
    if (deletedAt === undefined || !isInside(window, deletedAt)) return []
    // Another Deployment's pods, or one that was never ready: no lag can send it connections.
    if (ip === undefined || !endpoints.wasChosen(ip)) return []
    const stopped = stoppedListeningAt(life, view.servingContainerOf(life), endpoints.podPort)
    return stopped === undefined
      ? []
      : [Math.max(0, stopped.at - stopped.resolutionMs * 1e6 - deletedAt)]
  })
  return spans.length === 0 ? undefined : spans.reduce((a, b) => Math.min(a, b))
}
