import type { Condition } from '../../api/meta.ts'
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodPhase,
  PodStatus,
} from '../../api/pod.ts'
import { compareTexts } from '../../base/compare-texts.ts'
import { assertNever } from '../../base/invariant.ts'
import { podConditions } from './conditions.ts'
import { NEVER_RAN } from '../container/container-end.ts'
import type { ContainerPhase, ContainerRecord, Termination } from '../container/container-record.ts'
import { hasCompleted, livePhase, type PhaseFacts, podPhase } from './phase.ts'
import type { PodFailure } from './pod-failure.ts'
import type { RestartPolicy } from './sync-view.ts'

export interface StatusFacts {
  readonly pod: Pod
  readonly containers: readonly ContainerRecord[]
  /** Those that were added to the pod: nothing of it depends on them. */
  readonly ephemeral?: readonly ContainerRecord[]
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
  readonly shownPhase: PodPhase
  /** The pod has failed, whatever its containers do, which the phase tells when it is over. */
  readonly failure?: PodFailure
  /** The conditions as they are now, those of other components included. */
  readonly conditions: readonly Condition[]
  readonly now: string
}

/** The status of a pod as the kubelet writes it: phase, conditions and a status per container. */
export function buildStatus(facts: StatusFacts): PodStatus {
  const { pod, containers, podIP } = facts
  const isOver = facts.stage === 'over'
  const actual = actualPhase(facts)
  const isHeldBack = !isOver && (actual === 'Succeeded' || actual === 'Failed')
  const ephemerals = pod.spec.ephemeralContainers ?? []
  const { initContainers = [] } = pod.spec
  const shares = pod.spec.containers.length + initContainers.length + ephemerals.length
  const messageBytes = Math.floor(MESSAGE_BYTES_MAX / shares)
  const statusesOf = (specs: readonly Container[]) =>
    specs.map((spec) => statusOf(spec, facts, messageBytes))
  const inits = statusesOf(initContainers)
  const apps = statusesOf(pod.spec.containers)
  const sidecars = new Set(containers.filter(({ role }) => role === 'sidecar').map(nameOf))
  const { generation } = pod.metadata
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase: isHeldBack ? facts.shownPhase : actual,
    ...(isOver ? reasonOf(facts.failure) : {}),
    conditions: podConditions(pod, facts.conditions, {
      phase:
        facts.failure === undefined
          ? livePhase(containers.map(asKnown), phaseFacts(facts))
          : 'Failed',
      hasSandbox: facts.hasSandbox,
      containers: [...inits.filter(({ name }) => sidecars.has(name)), ...apps],
      incompleteInits: containers.filter((record) => isIncomplete(record, facts)).map(nameOf),
      hasRunApp: apps.some(({ state }) => state.waiting === undefined),
      now: facts.now,
    }),
    hostIP: facts.hostIP,
    hostIPs: [{ ip: facts.hostIP }],
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    startTime: facts.startTime,
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    // By name, whatever the order of the manifest.
    containerStatuses: apps.toSorted((a, b) => compareTexts(a.name, b.name)),
    ...(ephemerals.length === 0
      ? {}
      : { ephemeralContainerStatuses: ephemeralStatuses(ephemerals, facts, messageBytes) }),
  }
}

function reasonOf(failure: PodFailure | undefined): Pick<PodStatus, 'reason' | 'message'> {
  return failure === undefined ? {} : { reason: failure.reason, message: failure.message }
}

/** Termination messages of one pod, shared equally by its containers (MaxPodTerminationMessageLogLength). */
const MESSAGE_BYTES_MAX = 12_288

function actualPhase(facts: StatusFacts): PodPhase {
  return facts.failure === undefined ? podPhase(facts.containers, phaseFacts(facts)) : 'Failed'
}

function phaseFacts({ pod, started, stage }: StatusFacts): PhaseFacts {
  const restartPolicy: RestartPolicy = pod.spec.restartPolicy ?? 'Always'
  return { restartPolicy, started, isOver: stage === 'over' }
}

/** The conditions of a pod that ends are judged before the containers that never ran are taken to have failed. */
function asKnown(record: ContainerRecord): ContainerRecord {
  const hasRun = record.phase.kind !== 'terminated' || record.phase.termination !== NEVER_RAN
  return hasRun ? record : { ...record, phase: { kind: 'waiting', reason: NEVER_RAN.reason } }
}

function isIncomplete(record: ContainerRecord, { started }: StatusFacts): boolean {
  if (record.role === 'sidecar') return !started.has(record.name)
  return record.role === 'init' && !hasCompleted(record)
}

function nameOf({ name }: ContainerRecord): string {
  return name
}

function statusOf(spec: Container, facts: StatusFacts, messageBytes: number): ContainerStatus {
  const record = facts.containers.find(({ name }) => name === spec.name)
  const { last, containerId, restarts = 0 } = record ?? {}
  const isReady = record?.role === 'init' ? hasCompleted(record) : facts.ready.has(spec.name)
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageID: containerId === undefined ? '' : (spec.image ?? ''),
    ...(containerId === undefined ? {} : { containerID: formatContainerId(containerId) }),
    ready: isReady,
    started: facts.started.has(spec.name) || hiddenKill(record?.phase, facts.stage) === 'liveness',
    restartCount: restarts,
    state: record === undefined ? {} : stateOf(record, facts.stage, messageBytes),
    lastState: last === undefined ? {} : { terminated: terminated(last, messageBytes) },
  }
}

/** Nobody asks whether one of them is ready, or has started. */
function ephemeralStatuses(
  specs: readonly Container[],
  { ephemeral = [], ...facts }: StatusFacts,
  messageBytes: number,
): readonly ContainerStatus[] {
  const own = { ...facts, containers: ephemeral }
  return specs
    .map((spec) => {
      const { started: _, ...status } = statusOf(spec, own, messageBytes)
      return status
    })
    .toSorted((a, b) => compareTexts(a.name, b.name))
}

/** The sync that kills it for a probe starts it again: nobody sees it ended, whatever else changes meanwhile. */
function hiddenKill(phase: ContainerPhase | undefined, stage: StatusFacts['stage']) {
  return phase?.kind === 'terminated' && stage !== 'over'
    ? phase.termination.failedProbe
    : undefined
}

function stateOf(
  { phase }: ContainerRecord,
  stage: StatusFacts['stage'],
  messageBytes: number,
): ContainerState {
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
    case 'terminated': {
      const { startedWall } = phase.termination
      const isHidden = hiddenKill(phase, stage) !== undefined && startedWall !== undefined
      if (isHidden) return { running: { startedAt: startedWall } }
      return { terminated: terminated(phase.termination, messageBytes) }
    }
    default:
      return assertNever(phase)
  }
}

function terminated(
  termination: Termination,
  messageBytes: number,
): NonNullable<ContainerState['terminated']> {
  const { exitCode, reason, message, startedWall, endedWall, containerId } = termination
  return {
    exitCode,
    reason,
    ...(message === undefined ? {} : { message: cutText(message, messageBytes) }),
    ...(startedWall === undefined ? {} : { startedAt: startedWall }),
    ...(endedWall === undefined ? {} : { finishedAt: endedWall }),
    ...(containerId === '' ? {} : { containerID: formatContainerId(containerId) }),
  }
}

/** The beginning of a text, in UTF-8; a character that is cut through is left out. */
function cutText(text: string, bytesMax: number): string {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= bytesMax) return text
  return new TextDecoder().decode(bytes.subarray(0, bytesMax)).replace(/\ufffd$/, '')
}

/** As the API shows it. */
export function formatContainerId(containerId: string): string {
  return `hitless://${containerId}`
}
