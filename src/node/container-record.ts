import { type BackOff, raiseBackOff } from './back-off.ts'
import type { NodeTimings } from './timings.ts'

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

/** How a container's process ended. */
export interface Termination {
  readonly containerId: string
  readonly exitCode: number
  readonly reason: string
  readonly message?: string
  readonly endedAt: number
  readonly startedWall?: string
  readonly endedWall?: string
}

/** What the node remembers of one container over its restarts. */
export interface ContainerRecord {
  readonly name: string
  /** Init containers run to their end, one after another, before the others start. */
  readonly role: 'init' | 'app'
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
  role: 'init' | 'app',
  reason: 'ContainerCreating' | 'PodInitializing',
): ContainerRecord {
  return { name, role, phase: { kind: 'waiting', reason }, restarts: 0 }
}

/** How the newest process that has ended did so, whether that is shown yet or not. */
export function latestEnd(record: ContainerRecord): Termination | undefined {
  return record.phase.kind === 'terminated' ? record.phase.termination : record.last
}

/** The record after another start: the end before it becomes the last one, and the back-off rises. */
export function startAnew(
  record: ContainerRecord,
  instance: { readonly id: string; readonly restart: number },
  now: number,
  timings: NodeTimings,
): ContainerRecord {
  const end = latestEnd(record)
  const started = { ...record, containerId: instance.id, restarts: instance.restart }
  if (end === undefined) return started
  return { ...started, last: end, backOff: raiseBackOff(record.backOff, end.endedAt, now, timings) }
}
