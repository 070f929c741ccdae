import type { ContainerState, ContainerStatus, Pod } from '../api/pod.ts'
import type { ContainerPhase, ContainerRecord, Termination } from './container-record.ts'
import type { PodView } from './pod-view.ts'

/**
 * A pod that had ended before this node knew it, in an earlier run perhaps: all that is left of it are its logs, and
 * which of them is which is told by its status, as a kubelet that was restarted reads it too.
 */
export function viewEndedPod(pod: Pod): PodView {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {}
  return {
    pod,
    podIP: undefined,
    container(wanted) {
      const isWanted = ({ name }: ContainerStatus) => name === wanted
      const app = containerStatuses.find(isWanted)
      const status = app ?? initContainerStatuses.find(isWanted)
      if (status === undefined) return undefined
      return { record: recordOf(status, app === undefined ? 'init' : 'app'), runningId: undefined }
    },
  }
}

function recordOf(status: ContainerStatus, role: ContainerRecord['role']): ContainerRecord {
  const { name, containerID, restartCount, state, lastState } = status
  const last = terminationOf(lastState)
  return {
    name,
    role,
    restarts: restartCount,
    phase: phaseOf(state),
    ...(containerID === undefined ? {} : { containerId: parseContainerId(containerID) }),
    ...(last === undefined ? {} : { last }),
  }
}

function phaseOf(state: ContainerState): ContainerPhase {
  const termination = terminationOf(state)
  if (termination !== undefined) return { kind: 'terminated', termination }
  if (state.running !== undefined) {
    return { kind: 'running', startedAt: 0, startedWall: state.running.startedAt }
  }
  return { kind: 'waiting', reason: state.waiting?.reason ?? 'ContainerCreating' }
}

function terminationOf({ terminated }: ContainerState): Termination | undefined {
  if (terminated === undefined) return undefined
  const { containerID = '', exitCode, reason = '' } = terminated
  return { containerId: parseContainerId(containerID), exitCode, reason, endedAt: 0 }
}

/** Behind the name of the runtime. */
function parseContainerId(containerId: string): string {
  return containerId.replace(/^\w+:\/\//, '')
}
