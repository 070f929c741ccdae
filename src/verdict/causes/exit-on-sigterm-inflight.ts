import { endedEarly, wasDenied } from '../drop-view.ts'
import { spanOf } from '../units.ts'
import type { Case, Cause } from './cause.ts'
import { concernedPods } from './concerned-objects.ts'
import {
  type TerminationEvidence,
  endedByTermination,
  terminationOf,
} from './termination-evidence.ts'

/**
 * The app ended, or closed its connections, with requests in hand. SIGTERM asks for an orderly end:
 * the rest of the grace period is there to finish in
 * (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination).
 */
export const exitOnSigtermInflight: Cause<TerminationEvidence> = {
  id: 'exit-on-sigterm-inflight',
  title: 'the app ended with requests in flight',

  recognise(drop) {
    const end = terminationOf(drop)
    if (end === undefined || drop.record.sentAt === 0 || !endedEarly(drop)) return undefined
    // One that was denied, or sent when the container had ended, was never in its hands.
    if (wasDenied(drop)) return undefined
    if (end.exitedAt !== undefined && drop.record.sentAt > end.exitedAt) return undefined
    const killed = end.sigkillAt !== undefined && drop.record.endedAt >= end.sigkillAt
    return !killed && endedByTermination(drop, end) ? end : undefined
  },

  explain(cases, view) {
    const serving = view.manifest.servingContainer(cases[0]?.drop.route?.endpoint.port)
    const place = serving && view.manifest.place(serving.pointer)
    const longest = cases.reduce(
      (most, { drop: { record } }) => Math.max(most, record.endedAt - record.sentAt),
      0,
    )
    const name =
      serving === undefined ? 'the app' : `the app in container "${serving.container.name}"`
    return {
      objects: concernedPods(cases, view),
      explanation: `${endingOf(cases)} with requests in hand that had been open for up to ${spanOf(longest)}.`,
      ...(place === undefined ? {} : { location: place }),
      because: `${name} does not finish its requests when it gets SIGTERM`,
      fix: 'in the app, at SIGTERM: stop listening, answer what is in hand with `Connection: close`, and exit when the connections are gone (what frameworks call graceful shutdown)',
    }
  },
}

function endingOf(cases: readonly Case<TerminationEvidence>[]): string {
  const exits = cases.flatMap(({ evidence: { exitedAt, stopSignalAt } }) =>
    exitedAt === undefined ? [] : [exitedAt - stopSignalAt],
  )
  if (exits.length === 0) return 'The container closed its connections after SIGTERM'
  const latest = exits.reduce((a, b) => Math.max(a, b))
  return latest < 0
    ? 'The container exited before SIGTERM, in its preStop hook,'
    : `The container exited ${spanOf(latest)} after SIGTERM`
}
