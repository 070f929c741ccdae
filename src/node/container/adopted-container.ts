import type { ContainerStatus } from '../../api/pod.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { AdoptedContainer } from '../../runtime/runtime.ts'
import type { ContainerPhase, ContainerRecord, Termination } from './container-record.ts'
import { recordOfStatus } from '../pod/status-record.ts'

/** What a container's runner goes on with. */
export interface AdoptedState {
  readonly record: ContainerRecord
  /** What runs, or has ended since the API was told. */
  readonly container?: AdoptedContainer
}

/**
 * Where a container stands whose pod an earlier run of this node has started: what the API shows, as far as the
 * runtime does not know better. `fresh`: the record of one that was never started.
 */
export function adoptContainer(
  fresh: ContainerRecord,
  status: ContainerStatus | undefined,
  container: AdoptedContainer | undefined,
  clock: { readonly momentOf: (wall: string | undefined) => number; readonly nowWall: string },
): AdoptedState {
  const { momentOf, nowWall } = clock
  const shown = status === undefined ? fresh : recordOfStatus(status, fresh.role, momentOf)
  if (container === undefined) {
    const moment = { endedAt: momentOf(nowWall), endedWall: nowWall }
    return { record: { ...shown, phase: unlessRunning(shown, moment) } }
  }
  const { id } = container.config
  if (container.exit !== undefined && isEndShown(shown, id)) return { record: shown }
  const { last: _, ...rest } = shown
  const last = lastBefore(shown, id)
  const started = formatTimestamp(container.startedMs)
  const isShown = shown.phase.kind === 'running' && shown.containerId === id
  const phase: ContainerPhase = isShown
    ? shown.phase
    : { kind: 'running', startedAt: momentOf(started), startedWall: started }
  const record = { ...rest, containerId: id, restarts: restartOf(id), phase }
  return { record: last === undefined ? record : { ...record, last }, container }
}

/** Which of its starts a container is, from 0: the last part of its id. */
export function restartOf(containerId: string): number {
  return Number(/\d+$/.exec(containerId)?.[0] ?? 0)
}

/** What the kubelet says of a container that ran when it was told last, and is not there any more. */
function unlessRunning(
  { phase, containerId = '' }: ContainerRecord,
  moment: Pick<Termination, 'endedAt' | 'endedWall'>,
): ContainerPhase {
  if (phase.kind !== 'running') return phase
  const termination: Termination = {
    containerId,
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message:
      'The container could not be located when the pod was deleted.  The container used to be Running',
    startedWall: phase.startedWall,
    ...moment,
  }
  return { kind: 'terminated', termination }
}

function isEndShown({ phase, last }: ContainerRecord, id: string): boolean {
  return [phase.kind === 'terminated' ? phase.termination : undefined, last].some(
    (end) => end?.containerId === id,
  )
}

/** How the process before this one ended. */
function lastBefore({ phase, last }: ContainerRecord, id: string): Termination | undefined {
  return phase.kind === 'terminated' && phase.termination.containerId !== id
    ? phase.termination
    : last
}
