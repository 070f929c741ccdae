import type { Fact, Phase } from '../timeline/fact.ts'
import { factsOf } from '../timeline/query.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { isDropped, metItsFateAtItsEnd } from './dropped.ts'

/** Half-open, nanoseconds since the origin of the run. */
export interface RolloutWindow {
  readonly startedAt: number
  readonly endedAt: number
}

/**
 * What the verdict counts: requests intended from the start of the `rollout` phase to the start
 * of `stop`, so the settle time is in, and those in flight at its start that were dropped in it. Kubernetes calls a rollout complete as soon as enough new
 * pods are available, while old ones may still be terminating and proxies still learning:
 * drops after that moment are the rollout's all the same. Requests before it are the baseline.
 *
 * A recording without a `stop` phase was cut off: the window ends with its last fact or request.
 * Without a `rollout` phase there is no window.
 */
export function rolloutWindowOf(
  facts: readonly Fact[],
  requests: readonly RequestRecord[],
): RolloutWindow | undefined {
  const phases = factsOf(facts, 'phase-started')
  const startOf = (wanted: Phase) => phases.find(({ phase }) => phase === wanted)?.at
  const startedAt = startOf('rollout')
  if (startedAt === undefined) return undefined
  const endedAt = startOf('stop') ?? lastTime(facts, requests) + 1
  return { startedAt, endedAt: Math.max(startedAt, endedAt) }
}

export function isInside(window: RolloutWindow | undefined, at: number): boolean {
  return window !== undefined && at >= window.startedAt && at < window.endedAt
}

/** The request counts: intended inside the window, or dropped by what happened inside. */
export function isOfRollout(window: RolloutWindow | undefined, record: RequestRecord): boolean {
  if (window === undefined) return false
  const { intendedAt, endedAt } = record
  if (isInside(window, intendedAt)) return true
  const isAcross = intendedAt < window.startedAt && endedAt >= window.startedAt
  return isAcross && isDropped(record) && metItsFateAtItsEnd(record)
}

/** The request tells how the service does without a rollout. */
export function isOfBaseline(window: RolloutWindow | undefined, record: RequestRecord): boolean {
  if (window === undefined) return true
  return record.intendedAt < window.startedAt && !isOfRollout(window, record)
}

function lastTime(facts: readonly Fact[], requests: readonly RequestRecord[]): number {
  let last = 0
  for (const { at } of facts) last = Math.max(last, at)
  for (const { intendedAt } of requests) last = Math.max(last, intendedAt)
  return last
}
