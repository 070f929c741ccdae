import { type DropView, failedToConnect } from '../drop-view.ts'
import type { Case } from './cause.ts'

/** When a request found no pod at all, nanoseconds since the origin of the run. */
export interface BlackoutEvidence {
  readonly at: number
}

/** A connection that was not made while no endpoint was ready, or while the proxy had none to send it to. */
export function metBlackout(drop: DropView): BlackoutEvidence | undefined {
  if (!failedToConnect(drop)) return undefined
  return drop.observed?.ready === 0 || drop.programmed === 0 ? { at: drop.at } : undefined
}

/** From the first request that found nobody to the last, nanoseconds. */
export function blackoutLength(cases: readonly Case<BlackoutEvidence>[]): number {
  const times = cases.map(({ evidence }) => evidence.at)
  return times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b))
}
