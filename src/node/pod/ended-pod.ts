import type { ContainerStatus, Pod } from '../../api/pod.ts'
import type { PodView } from './pod-view.ts'
import { recordOfStatus } from './status-record.ts'

/**
 * A pod that had ended before this node knew it, in an earlier run perhaps: all that is left of it are its logs, and
 * which of them is which is told by its status, as a kubelet that was restarted reads it too.
 */
export function viewEndedPod(pod: Pod): PodView {
  const {
    initContainerStatuses = [],
    containerStatuses = [],
    ephemeralContainerStatuses = [],
  } = pod.status ?? {}
  const others = [...initContainerStatuses, ...ephemeralContainerStatuses]
  return {
    pod,
    podIP: undefined,
    container(wanted) {
      const isWanted = ({ name }: ContainerStatus) => name === wanted
      const app = containerStatuses.find(isWanted)
      const status = app ?? others.find(isWanted)
      if (status === undefined) return undefined
      const role = app === undefined ? 'init' : 'app'
      return { record: recordOfStatus(status, role, () => 0), runningId: undefined }
    },
  }
}
