import { factsOf } from '../timeline/query.ts'
import { isAnswered, isGeneratorOutcome } from '../timeline/outcome.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { isDropped } from './dropped.ts'
import { isInside, isOfBaseline } from './rollout-window.ts'
import { ownLimitsOf } from './own-limits.ts'
import type { RunView } from './run-view.ts'

/** Beyond these the generator was not good enough to speak of the service. */
const LATENESS_MS_MAX = 100
const STALL_MS_MAX = 1_000
/** By so much the proxy may have been later than its profile, which is no doing of the service's. */
const ENGINE_STALL_MS_MAX = 500
const GOAL_MIN = 0.99

/** Of all that this machine did not manage. */
const REMEDY =
  'Lower load.rate (--rate), run fewer replicas, or end what else keeps the machine busy.'

/**
 * Why this run proves nothing, one sentence each; empty when the measurement was sound. Nothing is
 * proven by accident: whatever could have hidden a drop is a reason.
 */
export function findUnsoundness(view: RunView): string[] {
  return [
    ...completeness(view),
    ...generatorSilence(view),
    ...withRemedy([
      ...generatorFaults(view),
      ...forwarderFaults(view),
      ...stallFault(view, 'engine-stalled', 'engine', ENGINE_STALL_MS_MAX),
    ]),
    ...coverageFaults(view),
  ]
}

/** Said once, behind the last of what has it in common. */
function withRemedy(reasons: readonly string[]): readonly string[] {
  return reasons.map((reason, index) =>
    index === reasons.length - 1 ? `${reason} ${REMEDY}` : reason,
  )
}

/** Requests of the window that were answered or dropped, as part of those that the rate asked for. */
export function goalOf({ run, window, requests }: RunView): number {
  if (window === undefined) return 0
  // Sessions: nothing was asked for by the second.
  if (run.load.ratePerSecond === 0) return 1
  const sent = requests.filter(
    ({ intendedAt, outcome }) => isInside(window, intendedAt) && !isGeneratorOutcome(outcome),
  ).length
  // Slots at a fixed distance: at least the whole number of them fits into any span.
  const planned = Math.floor(((window.endedAt - window.startedAt) / 1e9) * run.load.ratePerSecond)
  return planned === 0 ? (sent > 0 ? 1 : 0) : Math.min(1, sent / planned)
}

function completeness({ run, facts, window }: RunView): string[] {
  const reasons: string[] = []
  if (run.cutShort !== undefined) {
    reasons.push(endedEarly(run.cutShort))
  } else if (window === undefined) {
    reasons.push('The recording ends before the rollout began.')
  } else if (!factsOf(facts, 'phase-started').some(({ phase }) => phase === 'settle')) {
    reasons.push('The rollout did not complete.')
  } else if (!factsOf(facts, 'phase-started').some(({ phase }) => phase === 'stop')) {
    reasons.push('The recording ends before the run did.')
  }
  for (const { what, limit } of factsOf(facts, 'bound-reached')) {
    reasons.push(`The recording has gaps: the bound of ${limit} ${what} was reached.`)
  }
  return reasons
}

/** An interruption's message has nothing to add to its reason. */
function endedEarly({ reason, message }: NonNullable<RunView['run']['cutShort']>): string {
  return reason === 'interrupted' ? message : `The run ended early (${reason}). ${message}`
}

/** The generator was not there in time, one sentence each: a request that timed out may be its own doing. */
export function generatorLateness(view: RunView): readonly string[] {
  return [...generatorSilence(view), ...generatorDelays(view)]
}

/** Nothing is missing from a run that was over before its load was. */
function generatorSilence({ run, window }: RunView): string[] {
  if (run.generator !== undefined || (run.cutShort !== undefined && window === undefined)) return []
  return ['The generator gave no report, so how late it was is not known.']
}

function generatorDelays(view: RunView): readonly string[] {
  const { impediments = [] } = view.run.generator ?? {}
  // The generator's own words have the reasons, too.
  if (impediments.length > 0) return impediments
  const latenessMs = view.run.generator?.latenessMs.p99 ?? 0
  const stalls = stallFault(view, 'generator-stalled', 'generator', STALL_MS_MAX)
  if (latenessMs <= LATENESS_MS_MAX) return stalls
  return [
    `The generator was late: 1 % of its requests left more than ${Math.round(latenessMs)} ms after their time (at most ${LATENESS_MS_MAX} ms is sound).`,
    ...stalls,
  ]
}

function stallFault(
  { facts, window }: RunView,
  kind: 'generator-stalled' | 'engine-stalled',
  who: string,
  stallMsMax: number,
): string[] {
  const stallMs = factsOf(facts, kind)
    .filter(({ at }) => isInside(window, at))
    .reduce((most, fact) => Math.max(most, fact.stallMs), 0)
  if (stallMs <= stallMsMax) return []
  return [
    `The ${who} stood still for ${Math.round(stallMs)} ms during the rollout: this machine was too busy.`,
  ]
}

function generatorFaults(view: RunView): string[] {
  const { window, requests } = view
  const reasons = [...generatorDelays(view)]
  const own = requests.filter(
    (record) =>
      isInside(window, record.intendedAt) &&
      isGeneratorOutcome(record.outcome) &&
      !isForwarders(record, view),
  )
  if (own.length > 0) {
    reasons.push(
      `Requests of the rollout that were never sent: ${own.length} (${outcomesOf(own)}); the generator had no capacity left.`,
    )
  }
  const goal = goalOf(view)
  if (window !== undefined && own.length === 0 && goal < GOAL_MIN) {
    reasons.push(
      `Only ${(goal * 100).toFixed(1)} % of the requests that the rate asks for were made during the rollout.`,
    )
  }
  return reasons
}

/** A connection that the forwarder had no file or port for never came to a pod. */
function forwarderFaults(view: RunView): string[] {
  const met = view.requests.filter(
    (record) => isInside(view.window, record.intendedAt) && isForwarders(record, view),
  )
  if (met.length === 0) return []
  const errnos = [...new Set(met.flatMap((record) => ownLimitsOf(record, view.routes) ?? []))]
  return [
    `Requests of the rollout that the forwarder could not pass on: ${met.length} (${errnos.sort().join(', ')}); ` +
      'it met a limit of this machine.',
  ]
}

function isForwarders(record: RequestRecord, { routes }: RunView): boolean {
  return record.outcome === 'local-limit' && ownLimitsOf(record, routes) !== undefined
}

function coverageFaults(view: RunView): string[] {
  const { window, requests } = view
  if (window === undefined) return []
  const inside = requests.filter(({ intendedAt }) => isInside(window, intendedAt))
  if (inside.length === 0) return ['No request was made during the rollout.']
  const reasons: string[] = []
  if (view.routes.known && !inside.some((record) => reachedNewPod(record, view))) {
    reasons.push('No request of the rollout was answered by a new pod, so nothing is known of it.')
  }
  const baselineDrops = requests.filter(
    (record) => isOfBaseline(window, record) && isDropped(record),
  ).length
  if (baselineDrops > 0) {
    reasons.push(
      `Requests dropped before the rollout began: ${baselineDrops}; what drops without a rollout must be mended first.`,
    )
  }
  return reasons
}

/** New is a pod that was first seen in the rollout. */
function reachedNewPod(record: RequestRecord, view: RunView): boolean {
  if (!isAnswered(record.outcome)) return false
  const pod = view.podOf(record)
  return pod !== undefined && isInside(view.window, pod.firstSeenAt)
}

function outcomesOf(records: readonly RequestRecord[]): string {
  return [...new Set(records.map(({ outcome }) => outcome))].sort().join(', ')
}
