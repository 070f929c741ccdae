import { type DropView, wasDenied } from '../drop-view.ts'
import { WATCH_DELAY_NS } from '../pod-life.ts'

/** The end of the pod that a dropped request was sent to, nanoseconds since the origin of the run. */
export interface TerminationEvidence {
  readonly deletedAt: number
  /** SIGTERM; where no signal was seen, the deletion. */
  readonly stopSignalAt: number
  /** From here on the app may close its connections: at its preStop hook or its stop signal. */
  readonly stoppingFrom: number
  readonly sigkillAt: number | undefined
  readonly exitedAt: number | undefined
  readonly exitCode: number | undefined
}

/** A reset needs no longer than this from the closing of a connection to the client. */
export const RESET_TRAVEL_NS = 1e9

/**
 * A request that came back sooner than this was never worked on: it crossed the close of its
 * connection. What took longer was in the app's hands.
 */
const CROSSING_NS = 100e6

/** Undefined when the request was not sent to a pod that was terminating by the time the request ended. */
export function terminationOf(drop: DropView): TerminationEvidence | undefined {
  const deletedAt = drop.pod?.deletedAt
  if (deletedAt === undefined || deletedAt - WATCH_DELAY_NS > drop.record.endedAt) return undefined
  const termination = drop.container?.termination
  const stopSignalAt = termination?.stopSignalAt ?? deletedAt
  return {
    deletedAt,
    stopSignalAt,
    stoppingFrom: Math.min(termination?.preStopStartedAt ?? stopSignalAt, stopSignalAt),
    sigkillAt: termination?.sigkillAt,
    exitedAt: termination?.exit?.at,
    exitCode: termination?.exit?.exitCode,
  }
}

/** The connection was ended by the container's own stopping: from its preStop hook or stop signal on, at its exit at the latest. */
export function endedByTermination({ record }: DropView, end: TerminationEvidence): boolean {
  if (record.endedAt < end.stoppingFrom) return false
  return end.exitedAt === undefined || record.endedAt <= end.exitedAt + RESET_TRAVEL_NS
}

/** Sent to an app that was stopping (or begun, where TLS came first), and thrown back at once, unanswered; or by its own word not looked at. */
export function crossedTheClose(drop: DropView, end: TerminationEvidence): boolean {
  const { record, at } = drop
  if (wasDenied(drop)) return true
  return record.firstByteAt === 0 && at >= end.stoppingFrom && record.endedAt - at <= CROSSING_NS
}

/** The container ended by SIGKILL at the end of its grace period, not by itself. */
export function endedBySigkill(end: TerminationEvidence, gracePeriodSeconds: number): boolean {
  if (end.sigkillAt !== undefined)
    return end.exitedAt === undefined || end.exitedAt >= end.sigkillAt
  // Without the node's own word (a real cluster): exit code 137 when the grace period was over.
  const graceOverAt = end.deletedAt + gracePeriodSeconds * 1e9 - 1e9
  return end.exitCode === 137 && end.exitedAt !== undefined && end.exitedAt >= graceOverAt
}
