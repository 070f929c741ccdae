import { assertNever } from '../base/invariant.ts'
import { backOffUntil } from './container/back-off.ts'
import { backOffBase, type ContainerRecord, latestEnd } from './container/container-record.ts'
import { planInit } from './pod/init-plan.ts'
import type { RestartPolicy, SyncedContainer, SyncView } from './pod/sync-view.ts'
import type { NodeTimings } from './timings.ts'

/** The one thing to do next for a pod. */
export type SyncAction =
  | { readonly kind: 'kill'; readonly container: string; readonly message: string }
  | { readonly kind: 'start'; readonly container: string }
  /** Shows CrashLoopBackOff; the start comes with a later sync. */
  | { readonly kind: 'back-off'; readonly container: string; readonly delayMs: number }
  /** Nothing until then (nanoseconds), or until something happens. */
  | { readonly kind: 'wait'; readonly until?: number }
  /** All app containers have ended, or an init container has failed, and none will be started: what else runs is stopped. */
  | { readonly kind: 'ended' }

/**
 * One step of the kubelet's sync (computePodActions): kill what failed a probe, then run the init
 * containers in their order, then start whatever is not running and may be. Time in nanoseconds.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
export function planSync(view: SyncView, now: number, timings: NodeTimings): SyncAction {
  const kill = planKill(view)
  if (kill !== undefined) return kill

  const init = planInit(view.containers, view.restartPolicy)
  if (init.kind === 'failed') return { kind: 'ended' }
  if (init.kind === 'initializing') return planStarts(init.startable, now, timings)
  const apps = view.containers.map(({ record }) => record).filter(({ role }) => role === 'app')
  const going = apps.filter((record) => !isOver(record, view.restartPolicy))
  return going.length === 0
    ? { kind: 'ended' }
    : planStarts([...init.startable, ...going], now, timings)
}

/** Whether a container that ended like this is started again. */
export function willRestart(record: ContainerRecord, policy: RestartPolicy): boolean {
  const end = latestEnd(record)
  if (end === undefined || record.role === 'sidecar') return true
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

function planKill({ restartPolicy, containers }: SyncView): SyncAction | undefined {
  const failed = containers.find(
    ({ record, failedProbe }) => failedProbe !== undefined && record.phase.kind === 'running',
  )
  if (failed === undefined) return undefined
  return {
    kind: 'kill',
    container: failed.record.name,
    message: killMessage(failed, restartPolicy),
  }
}

/** The event of a sidecar does not tell that it will be restarted, which it always is. */
function killMessage({ record, failedProbe }: SyncedContainer, policy: RestartPolicy): string {
  const { name, role } = record
  if (role !== 'app') return `Init container ${name} failed ${failedProbe} probe`
  if (policy === 'Never') return `Stopping container ${name}`
  return `Container ${name} failed ${failedProbe} probe, will be restarted`
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
  const base = backOffBase(record)
  if (base === undefined) return retryAt
  return Math.max(retryAt, backOffUntil(record.backOff, base.endedAt, timings) ?? 0)
}

function isBackOffUnannounced({ phase, last }: ContainerRecord): boolean {
  if (phase.kind === 'terminated') return true
  return phase.kind === 'waiting' && phase.retryAt === undefined && last !== undefined
    ? phase.reason !== 'CrashLoopBackOff'
    : false
}

/** It has ended, whatever is shown of it, and stays so. */
function isOver(record: ContainerRecord, policy: RestartPolicy): boolean {
  const hasEnded = record.phase.kind !== 'running' && latestEnd(record) !== undefined
  return hasEnded && !willRestart(record, policy)
}
