import type { Container, ContainerState, ContainerStatus, Pod } from '../pod.ts'
import { isPodReady, isPodTerminal, isPodTerminating, podCondition } from '../pod.ts'
import { ageOf } from './age.ts'

/** What `kubectl get pods` says of a pod's containers. */
export interface PodSummary {
  /** STATUS: the phase, or what is more telling than it. */
  readonly status: string
  readonly readyContainers: number
  /** Sidecars (restartable init containers) included. */
  readonly totalContainers: number
  readonly restarts: string
}

interface Restarts {
  readonly count: number
  /** When a container was last restarted; undefined: not told. */
  readonly last: string | undefined
}

interface InitSummary {
  /** What the first init container that is not done does; undefined: all are done. */
  readonly status: string | undefined
  readonly readySidecars: number
  readonly restarts: Restarts
  readonly sidecarRestarts: Restarts
}

const NO_RESTARTS: Restarts = { count: 0, last: undefined }

/** As the API server's own printer works it out (pkg/printers/internalversion, printPod). */
export function summarizePod(pod: Pod, nowMs: number): PodSummary {
  const { spec } = pod
  const inits = summarizeInits(pod)
  const isInitializing =
    inits.status !== undefined && podCondition(pod, 'Initialized')?.status !== 'True'
  const main = isInitializing ? undefined : summarizeMain(pod, inits)
  const sidecars = (spec.initContainers ?? []).filter(isSidecar)
  return {
    status: endingOf(pod) ?? main?.status ?? inits.status ?? phaseOf(pod),
    readyContainers: inits.readySidecars + (main?.ready ?? 0),
    totalContainers: spec.containers.length + sidecars.length,
    restarts: formatRestarts(main?.restarts ?? inits.restarts, nowMs),
  }
}

function phaseOf(pod: Pod): string {
  if (podCondition(pod, 'PodScheduled')?.reason === 'SchedulingGated') return 'SchedulingGated'
  const { reason = '', phase = '' } = pod.status ?? {}
  return reason === '' ? phase : reason
}

/** A deletion says more than anything that the containers do. */
function endingOf(pod: Pod): string | undefined {
  if (!isPodTerminating(pod)) return undefined
  // The node controller's word for pods of a node that it has lost.
  if (pod.status?.reason === 'NodeLost') return 'Unknown'
  return isPodTerminal(pod) ? undefined : 'Terminating'
}

/** Init containers run one after the other: those behind the first one that is not done do not count. */
function summarizeInits({ spec, status }: Pod): InitSummary {
  const containers = spec.initContainers ?? []
  let readySidecars = 0
  let restarts = NO_RESTARTS
  let sidecarRestarts = NO_RESTARTS
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(containers.find(({ name }) => name === container.name))
    restarts = addRestarts(restarts, container)
    if (sidecar) sidecarRestarts = addRestarts(sidecarRestarts, container)
    if (container.state?.terminated?.exitCode === 0) continue
    if (sidecar && container.started === true) {
      if (container.ready) readySidecars++
      continue
    }
    const what = initStatus(container.state, `${index}/${containers.length}`)
    return { status: `Init:${what}`, readySidecars, restarts, sidecarRestarts }
  }
  return { status: undefined, readySidecars, restarts, sidecarRestarts }
}

function initStatus(state: ContainerState | undefined, progress: string): string {
  if (state?.terminated !== undefined) return terminatedStatus(state.terminated)
  const { reason = '' } = state?.waiting ?? {}
  return reason === '' || reason === 'PodInitializing' ? progress : reason
}

/** The first container with something to tell decides; sidecars count as restarted, other init containers no more. */
function summarizeMain(pod: Pod, inits: InitSummary) {
  let status = inits.status ?? phaseOf(pod)
  let restarts = inits.sidecarRestarts
  let ready = 0
  for (const container of (pod.status?.containerStatuses ?? []).toReversed()) {
    const { waiting, terminated, running } = container.state ?? {}
    restarts = addRestarts(restarts, container)
    if (waiting?.reason !== undefined && waiting.reason !== '') status = waiting.reason
    else if (terminated !== undefined) status = terminatedStatus(terminated)
    else if (container.ready && running !== undefined) ready++
  }
  if (status === 'Completed' && ready > 0) status = isPodReady(pod) ? 'Running' : 'NotReady'
  return { status, restarts, ready }
}

function terminatedStatus({
  reason = '',
  signal = 0,
  exitCode,
}: NonNullable<ContainerState['terminated']>): string {
  if (reason !== '') return reason
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`
}

function isSidecar(container: Container | undefined): boolean {
  return container?.restartPolicy === 'Always'
}

function addRestarts({ count, last }: Restarts, container: ContainerStatus): Restarts {
  const ended = container.lastState?.terminated?.finishedAt
  // RFC 3339 in UTC with whole seconds sorts as text.
  const isLater = ended !== undefined && (last === undefined || ended > last)
  return { count: count + container.restartCount, last: isLater ? ended : last }
}

function formatRestarts({ count, last }: Restarts, nowMs: number): string {
  return count === 0 || last === undefined ? `${count}` : `${count} (${ageOf(last, nowMs)} ago)`
}
