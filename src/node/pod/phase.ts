import type { PodPhase } from '../../api/pod.ts'
import { type ContainerRecord, latestEnd } from '../container/container-record.ts'
import { willRestart } from '../lifecycle.ts'
import type { RestartPolicy } from './sync-view.ts'

export interface PhaseFacts {
  readonly restartPolicy: RestartPolicy
  /** Names of the containers that run and are past their startup probe. */
  readonly started: ReadonlySet<string>
  /** Nothing of the pod runs any more nor will: the exit codes alone decide. */
  readonly isOver: boolean
}

/**
 * The phase of a pod (getPhase of the kubelet): init containers and those that never ran keep it Pending; sidecars
 * count only as long as they run.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 */
export function podPhase(containers: readonly ContainerRecord[], facts: PhaseFacts): PodPhase {
  const phase = livePhase(containers, facts)
  // TerminatePod: a pod that ends without having run has failed.
  return facts.isOver && phase === 'Pending' ? 'Failed' : phase
}

/** What the containers say by themselves; the conditions follow it even where the pod is made to have failed. */
export function livePhase(
  containers: readonly ContainerRecord[],
  { restartPolicy, started, isOver }: PhaseFacts,
): PodPhase {
  const ofRole = (role: ContainerRecord['role']) =>
    containers.filter((record) => record.role === role)
  const [inits, sidecars, apps] = [ofRole('init'), ofRole('sidecar'), ofRole('app')]
  if (restartPolicy === 'Never' && inits.some(hasFailed)) return 'Failed'

  const hasInitialized = apps.some(({ containerId }) => containerId !== undefined)
  const isStarting = (record: ContainerRecord) =>
    isWaitingFirst(record) || (record.phase.kind === 'running' && !started.has(record.name))
  if (inits.some(isPending) || (!hasInitialized && sidecars.some(isStarting))) return 'Pending'
  if ([...sidecars, ...apps].some(isWaitingFirst)) return 'Pending'
  if ([...sidecars, ...apps].some(({ phase }) => phase.kind === 'running')) return 'Running'
  if (!isOver && apps.some((record) => willRestart(record, restartPolicy))) return 'Running'
  return apps.some(hasFailed) ? 'Failed' : 'Succeeded'
}

/** An init container that has done its work. */
export function hasCompleted({ phase }: ContainerRecord): boolean {
  return phase.kind === 'terminated' && phase.termination.exitCode === 0
}

function hasFailed(record: ContainerRecord): boolean {
  return (latestEnd(record)?.exitCode ?? 0) !== 0
}

/** It has never run: a container that waits after an exit counts as stopped. */
function isWaitingFirst({ phase, last }: ContainerRecord): boolean {
  return phase.kind === 'waiting' && last === undefined
}

function isPending(record: ContainerRecord): boolean {
  return record.phase.kind === 'running' || isWaitingFirst(record)
}
