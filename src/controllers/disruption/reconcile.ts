import type { DisruptionStatus, PodDisruptionBudget } from '../../api/disruption.ts'
import type { Condition, IntOrString } from '../../api/meta.ts'
import { isPodReady, isPodTerminating, type Pod } from '../../api/pod.ts'
import { formatTimestamp, parseTimestamp } from '../../base/timestamp.ts'
import { isSame } from '../canonical-json.ts'
import { keepTransitionTime } from '../condition-list.ts'
import { expectedPods, type Expected, type ScaleSources } from './expected-pods.ts'
import { formatGoSelector } from './go-selector.ts'

/** A pod that was to be evicted and is not gone after so long counts as one that stays. */
const DELETION_MS_MAX = 120_000
const DISRUPTION_ALLOWED = 'DisruptionAllowed'

/** All that a pass looks at, gathered once. */
export interface BudgetView {
  readonly budget: PodDisruptionBudget
  /** Those that the selector matches, of all phases; sorted by name. */
  readonly pods: readonly Pod[]
  readonly sources: ScaleSources
}

export interface BudgetEvent {
  /** What it is about: the budget, where it is undefined. */
  readonly pod?: Pod
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

export interface BudgetDecision {
  /** The budget with its new status; undefined when it has that already. */
  readonly next: PodDisruptionBudget | undefined
  readonly events: readonly BudgetEvent[]
  /** When to look again, without any change. */
  readonly requeueAtMs: number | undefined
}

/**
 * How many pods may be evicted now (pkg/controller/disruption).
 * https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets
 */
export function reconcileBudget(view: BudgetView, nowMs: number): BudgetDecision {
  const { budget, pods } = view
  const events: BudgetEvent[] = []
  if (pods.length === 0) {
    events.push({ type: 'Normal', reason: 'NoPods', message: 'No matching pods found' })
  }
  const expected = expectedOf(view)
  if (expected.type === 'unknown') {
    const message = `Failed to calculate the number of expected pods: ${expected.why}`
    events.push({ type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message })
    return { next: failSafe(budget, expected.why, nowMs), events, requeueAtMs: undefined }
  }
  if (expected.hasUnmanaged) events.push(unmanagedEvent(budget))
  const disrupted = disruptedPods(budget, pods, nowMs)
  events.push(...disrupted.events)
  const currentHealthy = pods.filter(
    (pod) =>
      !isPodTerminating(pod) &&
      !Object.hasOwn(disrupted.pods, pod.metadata.name) &&
      isPodReady(pod),
  ).length
  const desiredHealthy = desiredOf(budget, expected.count)
  const spare = expected.count <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy)
  const { generation } = budget.metadata
  const status: DisruptionStatus = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(Object.keys(disrupted.pods).length === 0 ? {} : { disruptedPods: disrupted.pods }),
    disruptionsAllowed: spare,
    currentHealthy,
    desiredHealthy,
    expectedPods: expected.count,
  }
  const because =
    spare > 0
      ? ({ status: 'True', reason: 'SufficientPods' } as const)
      : ({ status: 'False', reason: 'InsufficientPods' } as const)
  const condition: Condition = { type: DISRUPTION_ALLOWED, ...because, message: '' }
  return {
    next: withStatus(budget, status, condition, nowMs),
    events,
    requeueAtMs: disrupted.requeueAtMs,
  }
}

/**
 * What a pod with more than one budget is told. Kubernetes then looks at one of them only; here all are kept up to date,
 * and the first is named.
 */
export function severalBudgets(
  { metadata: { namespace, name } }: Pod,
  [first, second]: readonly PodDisruptionBudget[],
): BudgetEvent | undefined {
  if (first === undefined || second === undefined) return undefined
  const subject = `Pod ${JSON.stringify(namespace)}/${JSON.stringify(name)}`
  const chosen = JSON.stringify(first.metadata.name)
  return {
    type: 'Warning',
    reason: 'MultiplePodDisruptionBudgets',
    message: `${subject} matches multiple PodDisruptionBudgets.  Chose ${chosen} arbitrarily.`,
  }
}

function expectedOf({ budget, pods, sources }: BudgetView): Expected {
  const { maxUnavailable, minAvailable } = budget.spec
  if (maxUnavailable === undefined && typeof minAvailable !== 'string') {
    const count = minAvailable === undefined ? 0 : pods.length
    return { type: 'known', count, hasUnmanaged: false }
  }
  return expectedPods(pods, sources)
}

function desiredOf({ spec }: PodDisruptionBudget, expectedCount: number): number {
  const { maxUnavailable, minAvailable } = spec
  if (maxUnavailable !== undefined) {
    return Math.max(0, expectedCount - scaled(maxUnavailable, expectedCount))
  }
  return scaled(minAvailable ?? 0, expectedCount)
}

/** Percentages are rounded up, of what may be missing as of what has to be there. */
function scaled(value: IntOrString, total: number): number {
  if (typeof value === 'number') return value
  return Math.ceil((Number.parseInt(value, 10) * total) / 100)
}

interface Disrupted {
  readonly pods: Readonly<Record<string, string>>
  readonly events: readonly BudgetEvent[]
  readonly requeueAtMs: number | undefined
}

/** Those whose eviction was allowed and that do not show it yet. */
function disruptedPods(
  { metadata, status }: PodDisruptionBudget,
  pods: readonly Pod[],
  nowMs: number,
): Disrupted {
  const asked = new Map(Object.entries(status?.disruptedPods ?? {}))
  const result: Record<string, string> = {}
  const events: BudgetEvent[] = []
  let requeueAtMs: number | undefined
  for (const pod of pods) {
    const since = asked.get(pod.metadata.name)
    if (since === undefined || isPodTerminating(pod)) continue
    const dueMs = (parseTimestamp(since) ?? 0) + DELETION_MS_MAX
    if (dueMs < nowMs) {
      // The namespace stands in it twice, and no name: so Kubernetes says it.
      const where = `${metadata.namespace}/${metadata.namespace}`
      const message = `Pod was expected by PDB ${where} to be deleted but it wasn't`
      events.push({ pod, type: 'Warning', reason: 'NotDeleted', message })
      continue
    }
    result[pod.metadata.name] = since
    requeueAtMs = Math.min(requeueAtMs ?? dueMs + 1, dueMs + 1)
  }
  return { pods: result, events, requeueAtMs }
}

/** Nobody is evicted while the numbers cannot be trusted. */
function failSafe(
  budget: PodDisruptionBudget,
  why: string,
  nowMs: number,
): PodDisruptionBudget | undefined {
  const { conditions: _conditions, ...known } = budget.status ?? {}
  const status = {
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...known,
    disruptionsAllowed: 0,
  }
  const condition: Condition = {
    type: DISRUPTION_ALLOWED,
    status: 'False',
    reason: 'SyncFailed',
    message: why,
  }
  return withStatus(budget, status, condition, nowMs)
}

function withStatus(
  budget: PodDisruptionBudget,
  status: DisruptionStatus,
  condition: Condition,
  nowMs: number,
): PodDisruptionBudget | undefined {
  const { observedGeneration } = status
  const current = budget.status?.conditions?.find(({ type }) => type === condition.type)
  const next = keepTransitionTime(
    {
      ...condition,
      lastTransitionTime: formatTimestamp(nowMs),
      ...(observedGeneration === undefined ? {} : { observedGeneration }),
    },
    current,
  )
  const others = (budget.status?.conditions ?? []).filter(({ type }) => type !== condition.type)
  const full = { ...status, conditions: [...others, next] }
  return isSame(full, budget.status) ? undefined : { ...budget, status: full }
}

function unmanagedEvent({ spec }: PodDisruptionBudget): BudgetEvent {
  const message =
    `Pods selected by this PodDisruptionBudget (selector: ${formatGoSelector(spec.selector)}) were found ` +
    'to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in ' +
    'undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an ' +
    'integer value.'
  return { type: 'Warning', reason: 'UnmanagedPods', message }
}
