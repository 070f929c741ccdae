import type { Condition } from '../../api/meta.ts'
import type { ContainerStatus, Pod, PodPhase } from '../../api/pod.ts'

export interface ConditionFacts {
  readonly phase: PodPhase
  readonly hasSandbox: boolean
  /** Of sidecars and app containers, in the order of the manifest. */
  readonly containers: readonly ContainerStatus[]
  /** Names of the init containers that have not done their work, and of the sidecars that have not started. */
  readonly incompleteInits: readonly string[]
  /** An app container runs or has ended: whatever becomes of a sidecar, the pod has been initialized. */
  readonly hasRunApp: boolean
  readonly now: string
}

/** The conditions that the kubelet owns, in its order; all others are somebody else's. */
const OWN = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
] as const

type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>

/**
 * The conditions that the kubelet owns, in its order, then those of others as they were. A condition
 * keeps its lastTransitionTime while its status stays the same.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions
 */
export function podConditions(
  pod: Pod,
  previous: readonly Condition[],
  facts: ConditionFacts,
): readonly Condition[] {
  const containersReady = judgeContainers(facts)
  const verdicts: Readonly<Record<(typeof OWN)[number], Verdict>> = {
    PodReadyToStartContainers: { status: facts.hasSandbox ? 'True' : 'False' },
    Initialized: judgeInit(facts),
    Ready: judgeGates(pod, previous, containersReady),
    ContainersReady: containersReady,
    PodScheduled: { status: 'True' },
  }
  return [
    ...OWN.map((type) => stamp(type, verdicts[type], pod, previous, facts.now)),
    ...foreignConditions(previous),
  ]
}

export function ownConditions(conditions: readonly Condition[] = []): readonly Condition[] {
  return conditions.filter(isOwn)
}

/** Those that other components keep: readiness gates, for example. */
export function foreignConditions(conditions: readonly Condition[] = []): readonly Condition[] {
  return conditions.filter((condition) => !isOwn(condition))
}

function isOwn({ type }: Condition): boolean {
  return OWN.some((own) => own === type)
}

function judgeContainers({ phase, containers }: ConditionFacts): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name)
  if (unready.length === 0) return { status: 'True' }
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  }
}

function judgeInit({ phase, incompleteInits, hasRunApp }: ConditionFacts): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' }
  if (hasRunApp || incompleteInits.length === 0) return { status: 'True' }
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${incompleteInits.join(' ')}]`,
  }
}

/** Ready is ContainersReady, and every readiness gate of the pod. */
function judgeGates(pod: Pod, previous: readonly Condition[], containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True') return containersReady
  const gates = pod.spec.readinessGates ?? []
  const faults = gates.flatMap(({ conditionType }) => {
    const gate = previous.find(({ type }) => type === conditionType)
    if (gate === undefined) {
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    }
    return gate.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`]
  })
  if (faults.length === 0) return containersReady
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: faults.join(', ') }
}

function stamp(
  type: string,
  verdict: Verdict,
  pod: Pod,
  previous: readonly Condition[],
  now: string,
): Condition {
  const before = previous.find((condition) => condition.type === type)
  const { generation } = pod.metadata
  return {
    type,
    ...verdict,
    lastTransitionTime:
      before?.status === verdict.status ? (before.lastTransitionTime ?? now) : now,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  }
}
