import type { Condition } from '../api/meta.ts'
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodPhase,
  PodStatus,
} from '../api/pod.ts'
import { assertNever } from '../base/invariant.ts'
import { podConditions } from './conditions.ts'
import type { ContainerRecord, Termination } from './container-record.ts'
import type { RestartPolicy } from './lifecycle.ts'
import { hasCompleted, podPhase } from './phase.ts'

export interface StatusFacts {
  readonly pod: Pod
  readonly containers: readonly ContainerRecord[]
  /** Names of the containers whose startup probe has succeeded, or that run without one. */
  readonly started: ReadonlySet<string>
  /** Names of the containers that run, have started and whose readiness probe passes. */
  readonly ready: ReadonlySet<string>
  readonly hostIP: string
  readonly podIP?: string
  readonly hasSandbox: boolean
  /** RFC 3339. */
  readonly startTime: string
  /**
   * over: the containers have ended for good, and the phase may say so. Until then the phase stays
   * as it was, while the conditions already tell: the kubelet shows the end one write earlier.
   */
  readonly stage: 'running' | 'over'
  readonly isDeleted: boolean
  readonly shownPhase: PodPhase
  /** The conditions as they are now, those of other components included. */
  readonly conditions: readonly Condition[]
  readonly now: string
}

/** The status of a pod as the kubelet writes it: phase, conditions and a status per container. */
export function buildStatus(facts: StatusFacts): PodStatus {
  const { pod, containers, podIP } = facts
  const policy: RestartPolicy = pod.spec.restartPolicy ?? 'Always'
  const isOver = facts.stage === 'over'
  const actual = podPhase(containers, policy, isOver && facts.isDeleted)
  const isHeldBack = !isOver && (actual === 'Succeeded' || actual === 'Failed')
  const statusesOf = (specs: readonly Container[]) => specs.map((spec) => statusOf(spec, facts))
  const inits = pod.spec.initContainers ?? []
  const apps = statusesOf(pod.spec.containers)
  const { generation } = pod.metadata
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase: isHeldBack ? facts.shownPhase : actual,
    conditions: podConditions(pod, facts.conditions, {
      phase: actual,
      hasSandbox: facts.hasSandbox,
      containers: apps,
      incompleteInits: containers
        .filter((record) => record.role === 'init' && !hasCompleted(record))
        .map(({ name }) => name),
      now: facts.now,
    }),
    hostIP: facts.hostIP,
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    startTime: facts.startTime,
    ...(inits.length === 0 ? {} : { initContainerStatuses: statusesOf(inits) }),
    containerStatuses: apps,
  }
}

function statusOf(spec: Container, facts: StatusFacts): ContainerStatus {
  const record = facts.containers.find(({ name }) => name === spec.name)
  const { last, containerId, restarts = 0 } = record ?? {}
  const isDoneInit = record?.role === 'init' && hasCompleted(record)
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageID: containerId === undefined ? '' : (spec.image ?? ''),
    ...(containerId === undefined ? {} : { containerID: formatContainerId(containerId) }),
    ready: isDoneInit || facts.ready.has(spec.name),
    started: facts.started.has(spec.name),
    restartCount: restarts,
    state: record === undefined ? {} : stateOf(record),
    lastState: last === undefined ? {} : { terminated: terminated(last) },
  }
}

function stateOf({ phase }: ContainerRecord): ContainerState {
  switch (phase.kind) {
    case 'waiting':
      return {
        waiting: {
          reason: phase.reason,
          ...(phase.message === undefined ? {} : { message: phase.message }),
        },
      }
    case 'running':
      return { running: { startedAt: phase.startedWall } }
    case 'terminated':
      return { terminated: terminated(phase.termination) }
    default:
      return assertNever(phase)
  }
}

function terminated(termination: Termination): NonNullable<ContainerState['terminated']> {
  const { exitCode, reason, message, startedWall, endedWall, containerId } = termination
  return {
    exitCode,
    reason,
    ...(message === undefined ? {} : { message }),
    ...(startedWall === undefined ? {} : { startedAt: startedWall }),
    ...(endedWall === undefined ? {} : { finishedAt: endedWall }),
    ...(containerId === '' ? {} : { containerID: formatContainerId(containerId) }),
  }
}

/** As the API shows it. */
export function formatContainerId(containerId: string): string {
  return `hitless://${containerId}`
}
