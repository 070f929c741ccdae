import { assertNever } from '../base/invariant.ts'
import { backOffUntil } from './back-off.ts'
import { type ContainerRecord, latestEnd } from './container-record.ts'
import type { NodeTimings } from './timings.ts'

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

interface ContainerView {
  readonly record: ContainerRecord
  /** The probe that has failed often enough for the container to be killed. */
  readonly failedProbe?: 'liveness' | 'startup'
}

export interface PodView {
  readonly restartPolicy: RestartPolicy
  /** In the order of the manifest, init containers first. */
  readonly containers: readonly ContainerView[]
}

/** The one thing to do next for a pod. */
export type SyncAction =
  | { readonly kind: 'kill'; readonly container: string; readonly message: string }
  | { readonly kind: 'start'; readonly container: string }
  /** Shows CrashLoopBackOff; the start comes with a later sync. */
  | { readonly kind: 'back-off'; readonly container: string; readonly delayMs: number }
  /** Nothing until then (nanoseconds), or until something happens. */
  | { readonly kind: 'wait'; readonly until?: number }
  /** All containers have ended and none will be restarted. */
  | { readonly kind: 'ended' }

/**
 * One step of the kubelet's sync (computePodActions): kill what failed a probe, then run the init
 * containers one by one, then start whatever is not running and may be. Time in nanoseconds.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
export function planSync(view: PodView, now: number, timings: NodeTimings): SyncAction {
  const kill = planKill(view)
  if (kill !== undefined) return kill

  const pendingInit = view.containers.find(({ record }) => isInitPending(record))
  if (pendingInit !== undefined) {
    return isOver(pendingInit.record, view.restartPolicy)
      ? { kind: 'ended' }
      : planStarts([pendingInit.record], now, timings)
  }
  const apps = view.containers.map(({ record }) => record).filter(({ role }) => role === 'app')
  if (apps.every((record) => isOver(record, view.restartPolicy))) return { kind: 'ended' }
  return planStarts(
    apps.filter((record) => !isOver(record, view.restartPolicy)),
    now,
    timings,
  )
}

/** Whether a container that ended like this is started again. */
export function willRestart(record: ContainerRecord, policy: RestartPolicy): boolean {
  const end = latestEnd(record)
  if (end === undefined) return true
  if (record.role === 'init' && end.exitCode === 0) return false
  switch (policy) {
    case 'Always':
      return true
    case 'OnFailure':
      return end.exitCode !== 0
    case 'Never':
      return false
    default:
      return assertNever(policy)
  }
}

function planKill({ restartPolicy, containers }: PodView): SyncAction | undefined {
  const failed = containers.find(
    ({ record, failedProbe }) => failedProbe !== undefined && record.phase.kind === 'running',
  )
  if (failed === undefined) return undefined
  const { name } = failed.record
  return {
    kind: 'kill',
    container: name,
    message:
      restartPolicy === 'Never'
        ? `Stopping container ${name}`
        : `Container ${name} failed ${failed.failedProbe} probe, will be restarted`,
  }
}

function planStarts(
  records: readonly ContainerRecord[],
  now: number,
  timings: NodeTimings,
): SyncAction {
  const idle = records.filter((record) => record.phase.kind !== 'running')
  const due = idle.find((record) => startableAt(record, timings) <= now)
  if (due !== undefined) return { kind: 'start', container: due.name }

  const unannounced = idle.find(isBackOffUnannounced)
  if (unannounced?.backOff !== undefined) {
    return {
      kind: 'back-off',
      container: unannounced.name,
      delayMs: unannounced.backOff.delayMs,
    }
  }
  if (idle.length === 0) return { kind: 'wait' }
  return { kind: 'wait', until: Math.min(...idle.map((record) => startableAt(record, timings))) }
}

/** Held back by the retry of an error, by the back-off after an exit, or not at all. */
function startableAt(record: ContainerRecord, timings: NodeTimings): number {
  const retryAt = record.phase.kind === 'waiting' ? (record.phase.retryAt ?? 0) : 0
  const end = latestEnd(record)
  if (end === undefined) return retryAt
  return Math.max(retryAt, backOffUntil(record.backOff, end.endedAt, timings) ?? 0)
}

function isBackOffUnannounced({ phase, last }: ContainerRecord): boolean {
  if (phase.kind === 'terminated') return true
  return phase.kind === 'waiting' && phase.retryAt === undefined && last !== undefined
    ? phase.reason !== 'CrashLoopBackOff'
    : false
}

function isInitPending(record: ContainerRecord): boolean {
  if (record.role !== 'init') return false
  return record.phase.kind !== 'terminated' || record.phase.termination.exitCode !== 0
}

function isOver(record: ContainerRecord, policy: RestartPolicy): boolean {
  return record.phase.kind === 'terminated' && !willRestart(record, policy)
}
