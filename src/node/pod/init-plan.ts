import { type ContainerRecord, latestEnd } from '../container/container-record.ts'
import type { RestartPolicy, SyncedContainer } from './sync-view.ts'

/** What the init containers of a pod let happen next. */
export type InitPlan =
  /** One has failed for good: nothing is started any more. */
  | { readonly kind: 'failed' }
  /** The app containers still wait. */
  | { readonly kind: 'initializing'; readonly startable: readonly ContainerRecord[] }
  /** The app containers may run; sidecars that have ended are started again beside them. */
  | { readonly kind: 'initialized'; readonly startable: readonly ContainerRecord[] }

/**
 * computeInitContainerActions of the kubelet. From the last init container back to the first: the newest one that
 * was ever started decides what comes next, the sidecars before it are only kept running.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export function planInit(containers: readonly SyncedContainer[], policy: RestartPolicy): InitPlan {
  const inits = containers.filter(({ record }) => record.role !== 'app')
  let isInitialized =
    inits.length === 0 ||
    containers.some(({ record }) => record.role === 'app' && record.phase.kind === 'running')
  let isPassed = isInitialized
  const startable: ContainerRecord[] = []
  for (const [index, { record, isStarted }] of [...inits.entries()].toReversed()) {
    const wasStarted = record.containerId !== undefined
    if (!wasStarted && !(isPassed && record.role === 'sidecar')) continue
    if (isPassed && record.role === 'init') continue

    const standing = wasStarted ? standingOf(record, isStarted === true, policy) : 'to-start'
    if (standing === 'failed') return { kind: 'failed' }
    if (standing === 'to-start') startable.push(record)
    if (standing === 'done' && !isPassed) {
      const next = inits[index + 1]
      if (next === undefined) isInitialized = true
      else startable.push(next.record)
    }
    isPassed = true
  }
  const first = inits[0]
  if (!isPassed && first !== undefined) startable.push(first.record)
  return {
    kind: isInitialized ? 'initialized' : 'initializing',
    startable: startable.toReversed(),
  }
}

/** done: what comes after it may start. going: wait. */
function standingOf(
  record: ContainerRecord,
  isStarted: boolean,
  policy: RestartPolicy,
): 'done' | 'going' | 'to-start' | 'failed' {
  if (record.phase.kind === 'running') {
    return record.role === 'sidecar' && isStarted ? 'done' : 'going'
  }
  if (record.role === 'sidecar') return 'to-start'
  const end = latestEnd(record)
  if (end?.exitCode === 0) return 'done'
  return end !== undefined && policy === 'Never' ? 'failed' : 'to-start'
}
