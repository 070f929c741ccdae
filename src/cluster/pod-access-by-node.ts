import { ApiError } from '../api/api-error.ts'
import type { PodAccess, PodTarget } from '../api/pod-access.ts'

/** The kubelets of this process; a node may join or leave at any time. */
export interface NodeAccesses {
  readonly add: (nodeName: string, access: PodAccess) => void
  /** Asks the kubelet that runs the pod. Rejects with ApiError when that is none of ours. */
  readonly podAccess: PodAccess
}

/** `nodeOf`: the node that a pod is bound to. */
export function newNodeAccesses(nodeOf: (pod: PodTarget) => string | undefined): NodeAccesses {
  const accesses = new Map<string, PodAccess>()
  const accessFor = (target: PodTarget): PodAccess => {
    const nodeName = nodeOf(target) ?? ''
    const access = accesses.get(nodeName)
    if (access !== undefined) return access
    // The words of an API server whose node does not answer.
    throw new ApiError(
      'InternalError',
      nodeName === ''
        ? `pod ${target.name} does not have a host assigned`
        : `error dialing backend: no kubelet of node ${JSON.stringify(nodeName)} is connected`,
    )
  }
  return {
    add: (nodeName, access) => void accesses.set(nodeName, access),
    podAccess: {
      openLog: async (target, ...rest) => accessFor(target).openLog(target, ...rest),
      openExec: async (target, ...rest) => accessFor(target).openExec(target, ...rest),
      openPort: async (target, ...rest) => accessFor(target).openPort(target, ...rest),
    },
  }
}
