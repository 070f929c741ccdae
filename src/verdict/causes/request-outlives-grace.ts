import { endedEarly } from '../drop-view.ts'
import { GRACE_POINTER, graceSecondsOf } from '../manifest-view.ts'
import type { RunView } from '../run-view.ts'
import { spanOf } from '../units.ts'
import type { Cause } from './cause.ts'
import { concernedPods } from './concerned-objects.ts'
import {
  RESET_TRAVEL_NS,
  type TerminationEvidence,
  endedBySigkill,
  terminationOf,
} from './termination-evidence.ts'

/**
 * When the grace period is over, the container is killed whatever it has in hand; the preStop
 * hook's time is part of it
 * (https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution).
 */
export const requestOutlivesGrace: Cause<TerminationEvidence> = {
  id: 'request-outlives-grace',
  title: 'the grace period ended before the requests did',

  recognise(drop, view) {
    const end = terminationOf(drop)
    const { sentAt, endedAt } = drop.record
    if (end === undefined || sentAt === 0 || !endedEarly(drop)) return undefined
    const grace = drop.pod?.gracePeriodSeconds ?? graceSecondsOf(view.manifest)
    const killedAt = end.sigkillAt ?? end.exitedAt
    if (killedAt === undefined || !endedBySigkill(end, grace)) return undefined
    return sentAt <= killedAt && endedAt >= killedAt && endedAt <= killedAt + RESET_TRAVEL_NS
      ? end
      : undefined
  },

  explain(cases, view) {
    const grace = graceSecondsOf(view.manifest)
    const place = view.manifest.place(GRACE_POINTER)
    const most = (valueOf: (entry: (typeof cases)[number]) => number) =>
      cases.reduce((highest, entry) => Math.max(highest, valueOf(entry)), 0)
    const killedNs = most(({ evidence: { sigkillAt, exitedAt, deletedAt } }) =>
      Math.max(0, (sigkillAt ?? exitedAt ?? deletedAt) - deletedAt),
    )
    const openNs = most(({ drop: { record } }) => record.endedAt - record.sentAt)
    const preStopNs = most(({ evidence }) => evidence.stopSignalAt - evidence.deletedAt)
    const needed = Math.ceil((preStopNs + Math.max(openNs, longestAnsweredNs(view))) / 1e9) + 5
    const seconds = Math.max(needed, grace + 5)
    return {
      objects: concernedPods(cases, view),
      explanation:
        `SIGKILL came ${spanOf(killedNs)} after the deletion and cut off requests that had been ` +
        `open for up to ${spanOf(openNs)}.`,
      ...(place === undefined ? {} : { location: place }),
      because:
        `terminationGracePeriodSeconds is ${grace}, of which ${spanOf(preStopNs)} had passed ` +
        'before SIGTERM',
      fix: `terminationGracePeriodSeconds: ${seconds}`,
    }
  },
}

/** The longest that an answer took in this run: what the grace period must at least leave room for. */
function longestAnsweredNs({ requests }: RunView): number {
  return requests.reduce(
    (most, { outcome, sentAt, endedAt }) =>
      outcome === 'ok' ? Math.max(most, endedAt - sentAt) : most,
    0,
  )
}
