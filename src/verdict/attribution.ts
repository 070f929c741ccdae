import { InvariantError } from '../base/invariant.ts'
import { LANES, type RequestRecord } from '../timeline/ledger.ts'
import { beforeRollout, brokenBefore, isBrokenBefore } from './causes/before-rollout.ts'
import type { Case, Cause } from './causes/cause.ts'
import { endpointPropagationRace } from './causes/endpoint-propagation-race.ts'
import { exitOnSigtermInflight } from './causes/exit-on-sigterm-inflight.ts'
import { keepaliveReuseAfterClose } from './causes/keepalive-reuse-after-close.ts'
import { readinessMissing } from './causes/readiness-missing.ts'
import { recreateStrategy } from './causes/recreate-strategy.ts'
import { requestOutlivesGrace } from './causes/request-outlives-grace.ts'
import { singleReplica } from './causes/single-replica.ts'
import { unexplained } from './causes/unexplained.ts'
import { type DropView, viewDrop } from './drop-view.ts'
import type { RunView } from './run-view.ts'
import { secondsOf } from './units.ts'
import type { DroppedRequest, JudgedCause } from './verdict.ts'

/**
 * In this order, first match wins: a Service without endpoints explains more than any single pod
 * does, a connection that was never made more than how it ended, and a crossing more than what a
 * request that the app had in hand met. `unexplained` takes what is left.
 */
export const CAUSES: readonly Cause[] = [
  recreateStrategy,
  singleReplica,
  endpointPropagationRace,
  readinessMissing,
  keepaliveReuseAfterClose,
  requestOutlivesGrace,
  exitOnSigtermInflight,
  beforeRollout,
  unexplained,
]

/** Requests of a cause that are told one by one. */
const SAMPLES_MAX = 10

export interface Attribution {
  /** Most requests first. */
  readonly causes: readonly JudgedCause[]
  /** The cause of each dropped request, by its sequence. */
  readonly causeBySequence: ReadonlyMap<number, string>
}

/** Finds each drop its one cause. `drops` are in the order of their sequence. */
export function attributeDrops(drops: readonly RequestRecord[], view: RunView): Attribution {
  const known = isBrokenBefore(view) ? [brokenBefore] : CAUSES
  const casesByCause = new Map<Cause, Case[]>()
  const causeBySequence = new Map<number, string>()
  for (const record of drops) {
    const drop = viewDrop(record, view)
    const { cause, found } = recogniseDrop(drop, known, view)
    causeBySequence.set(record.sequence, cause.id)
    const cases = casesByCause.get(cause)
    if (cases === undefined) casesByCause.set(cause, [found])
    else cases.push(found)
  }
  const causes = known
    .flatMap((cause) => {
      const cases = casesByCause.get(cause)
      return cases === undefined ? [] : [judgeCause(cause, cases, view)]
    })
    .sort((a, b) => b.requests - a.requests)
  return { causes, causeBySequence }
}

function recogniseDrop(
  drop: DropView,
  causes: readonly Cause[],
  view: RunView,
): { cause: Cause; found: Case } {
  for (const cause of causes) {
    const evidence = cause.recognise(drop, view)
    if (evidence !== undefined) return { cause, found: { drop, evidence } }
  }
  throw new InvariantError('the last cause takes every drop')
}

function judgeCause(cause: Cause, cases: readonly Case[], view: RunView): JudgedCause {
  const { id, title } = cause
  const lanes = LANES.flatMap((lane) => {
    const count = cases.filter(({ drop }) => drop.record.lane === lane).length
    return count === 0 ? [] : [[lane, count] as const]
  })
  return {
    id,
    title,
    requests: cases.length,
    lanes: Object.fromEntries(lanes),
    ...cause.explain(cases, view),
    samples: cases.slice(0, SAMPLES_MAX).map(({ drop }) => sampleOf(drop)),
  }
}

function sampleOf({ record, route, pod }: DropView): DroppedRequest {
  return {
    sequence: record.sequence,
    at: secondsOf(record.intendedAt),
    lane: record.lane,
    outcome: record.outcome,
    ...(record.errno === undefined ? {} : { errno: record.errno }),
    ...(record.status === 0 ? {} : { status: record.status }),
    connection: record.connection,
    requestsBefore: record.requestsBefore,
    ...(route === undefined
      ? {}
      : { endpoint: `${route.endpoint.ip}:${route.endpoint.port}`, route: route.result }),
    ...(pod === undefined ? {} : { pod: pod.pod.name }),
  }
}
