import { type BackOff, raiseBackOff } from './back-off.ts'
import type { NodeTimings } from '../timings.ts'

/** Where a container stands. Times are nanoseconds on the run's clock; wall times are RFC 3339. */
export type ContainerPhase =
  /** No process. `retryAt` holds the next try back; without it the next sync may start it. */
  | {
      readonly kind: 'waiting'
      readonly reason: string
      readonly message?: string
      readonly retryAt?: number
    }
  /** The process runs and its postStart hook has succeeded. */
  | { readonly kind: 'running'; readonly startedAt: number; readonly startedWall: string }
  | { readonly kind: 'terminated'; readonly termination: Termination }

/** For which a container is killed. */
export type FailedProbe = 'liveness' | 'startup'

/** How a container's process ended. */
export interface Termination {
  readonly containerId: string
  readonly exitCode: number
  readonly reason: string
  readonly message?: string
  readonly endedAt: number
  readonly startedWall?: string
  readonly endedWall?: string
  /** It was killed for this failed probe: the sync that did so also starts it again. */
  readonly failedProbe?: FailedProbe
}

/**
 * init: runs to its end before what comes after it starts. sidecar: an init container that runs on beside the
 * others (restartPolicy Always). ephemeral: added while the pod runs, started once, of no account to the pod. app: the rest.
 */
export type ContainerRole = 'init' | 'sidecar' | 'ephemeral' | 'app'

/** What the node remembers of one container over its restarts. */
export interface ContainerRecord {
  readonly name: string
  readonly role: ContainerRole
  readonly phase: ContainerPhase
  /** Of the newest process; undefined before the first. */
  readonly containerId?: string
  readonly restarts: number
  /** How the process before this one ended. */
  readonly last?: Termination
  readonly backOff?: BackOff
}

export function newRecord(
  name: string,
  role: ContainerRole,
  reason: 'ContainerCreating' | 'PodInitializing',
): ContainerRecord {
  return { name, role, phase: { kind: 'waiting', reason }, restarts: 0 }
}

/** How the newest process that has ended did so, whether that is shown yet or not. */
export function latestEnd(record: ContainerRecord): Termination | undefined {
  return record.phase.kind === 'terminated' ? record.phase.termination : record.last
}

/**
 * The exit from which the wait before the next start counts. A sync that kills a container for its probe and starts
 * it again knows only the exits before its own: the first two such restarts never wait (doBackOff of the kubelet).
 */
export function backOffBase(record: ContainerRecord): Termination | undefined {
  const { phase } = record
  if (phase.kind === 'terminated' && phase.termination.failedProbe !== undefined) return record.last
  return latestEnd(record)
}

/** The record after another start: the end before it becomes the last one, and the back-off rises. */
export function startAnew(
  record: ContainerRecord,
  instance: { readonly id: string; readonly restart: number },
  now: number,
  timings: NodeTimings,
): ContainerRecord {
  const end = latestEnd(record)
  const base = backOffBase(record)
  const started = { ...record, containerId: instance.id, restarts: instance.restart }
  if (end === undefined) return started
  if (base === undefined) return { ...started, last: end }
  const backOff = raiseBackOff(record.backOff, base.endedAt, now, timings)
  return { ...started, last: end, backOff }
}

/**
 * The kubelet keeps one ended process of an init container: the one before it is forgotten at the next sync. To the
 * sync that kills a sidecar for its probe that process still runs, and the wait counts from the one before it.
 */
export function forgetLast(record: ContainerRecord): ContainerRecord {
  const { phase } = record
  if (record.role === 'app' || phase.kind !== 'terminated') return record
  if (phase.termination.failedProbe !== undefined) return record
  const { last: _, ...rest } = record
  return rest
}
