import type { ContainerState, ContainerStatus } from '../../api/pod.ts'
import type { ContainerPhase, ContainerRecord, Termination } from '../container/container-record.ts'

/**
 * What a container's status in the API tells of it, for a node that was not there. `momentOf`: nanoseconds on the
 * run's clock of an RFC 3339 time.
 */
export function recordOfStatus(
  { name, containerID, restartCount, state, lastState }: ContainerStatus,
  role: ContainerRecord['role'],
  momentOf: (wall: string | undefined) => number,
): ContainerRecord {
  const last = terminationOf(lastState, momentOf)
  return {
    name,
    role,
    restarts: restartCount,
    phase: phaseOf(state, momentOf),
    ...(containerID === undefined ? {} : { containerId: parseContainerId(containerID) }),
    ...(last === undefined ? {} : { last }),
  }
}

function phaseOf(
  state: ContainerState,
  momentOf: (wall: string | undefined) => number,
): ContainerPhase {
  const termination = terminationOf(state, momentOf)
  if (termination !== undefined) return { kind: 'terminated', termination }
  if (state.running !== undefined) {
    const { startedAt } = state.running
    return { kind: 'running', startedAt: momentOf(startedAt), startedWall: startedAt }
  }
  const { reason = 'ContainerCreating', message } = state.waiting ?? {}
  return { kind: 'waiting', reason, ...(message === undefined ? {} : { message }) }
}

function terminationOf(
  { terminated }: ContainerState,
  momentOf: (wall: string | undefined) => number,
): Termination | undefined {
  if (terminated === undefined) return undefined
  const { containerID = '', exitCode, reason = '', message, startedAt, finishedAt } = terminated
  return {
    containerId: parseContainerId(containerID),
    exitCode,
    reason,
    ...(message === undefined ? {} : { message }),
    endedAt: momentOf(finishedAt),
    ...(startedAt === undefined ? {} : { startedWall: startedAt }),
    ...(finishedAt === undefined ? {} : { endedWall: finishedAt }),
  }
}

/** Behind the name of the runtime. */
export function parseContainerId(containerId: string): string {
  return containerId.replace(/^\w+:\/\//, '')
}
