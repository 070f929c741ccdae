import type { PodPhase } from '../api/pod.ts'
import { type ContainerRecord, latestEnd } from './container-record.ts'
import { type RestartPolicy, willRestart } from './lifecycle.ts'

/**
 * The phase of a pod (getPhase of the kubelet). `isOver`: it is being deleted and all its containers
 * have ended, so that the exit codes alone decide.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 */
export function podPhase(
  containers: readonly ContainerRecord[],
  policy: RestartPolicy,
  isOver: boolean,
): PodPhase {
  const inits = containers.filter(({ role }) => role === 'init')
  const apps = containers.filter(({ role }) => role === 'app')
  const failedInit = inits.find((record) => (latestEnd(record)?.exitCode ?? 0) !== 0)
  if (failedInit !== undefined && (isOver || !willRestart(failedInit, policy))) return 'Failed'
  if (!isOver && inits.some((record) => !hasCompleted(record))) return 'Pending'
  // A container that waits after an exit counts as stopped, one that never ran as waiting.
  if (apps.some((record) => record.phase.kind === 'waiting' && record.last === undefined)) {
    return 'Pending'
  }
  if (apps.some(({ phase }) => phase.kind === 'running')) return 'Running'
  if (!isOver && apps.some((record) => willRestart(record, policy))) return 'Running'
  return apps.every((record) => latestEnd(record)?.exitCode === 0) ? 'Succeeded' : 'Failed'
}

/** An init container that has done its work. */
export function hasCompleted({ phase }: ContainerRecord): boolean {
  return phase.kind === 'terminated' && phase.termination.exitCode === 0
}
