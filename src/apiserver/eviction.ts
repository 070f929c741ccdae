import { ApiError } from '../api/api-error.ts'
import type { PodDisruptionBudget } from '../api/disruption.ts'
import { isPodTerminal, isPodTerminating, podCondition, type Pod } from '../api/pod.ts'
import { selectorMatches } from '../api/selector.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { DeletionOptions, ObjectName } from '../store/request.ts'
import type { Store } from '../store/store.ts'

/** As many disruptions may be under way before the disruption controller has seen them. */
const DISRUPTED_PODS_MAX = 2_000

/**
 * `pods/eviction`: a deletion that a PodDisruptionBudget can refuse (TooManyRequests). A budget that allows it is
 * charged at once, so that two evictions never share one allowance.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */
export function evictPod(
  store: Store,
  name: ObjectName,
  options: DeletionOptions,
  nowMs: number,
): void {
  const pod = store.get('Pod', name)
  if (!isFree(pod)) chargeBudget(store, pod, options, nowMs)
  store.delete('Pod', name, options)
}

/** Nothing that a budget counts is lost with it. */
function isFree(pod: Pod): boolean {
  return isPodTerminal(pod) || isPodTerminating(pod) || pod.status?.phase === 'Pending'
}

function chargeBudget(store: Store, pod: Pod, options: DeletionOptions, nowMs: number): void {
  const { namespace = 'default', name } = pod.metadata
  const budgets = store
    .list('PodDisruptionBudget', { namespace })
    .items.filter(({ spec }) => selectorMatches(spec.selector, pod.metadata.labels))
  const [budget] = budgets
  if (budgets.length > 1) {
    throw new ApiError(
      'Unknown',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  }
  if (budget === undefined || isFreeUnhealthy(pod, budget)) return
  requireAllowance(budget)
  if (options.dryRun === true) return
  const status = budget.status
  const next = {
    ...budget,
    status: {
      ...status,
      currentHealthy: status?.currentHealthy ?? 0,
      desiredHealthy: status?.desiredHealthy ?? 0,
      expectedPods: status?.expectedPods ?? 0,
      disruptionsAllowed: (status?.disruptionsAllowed ?? 0) - 1,
      disruptedPods: { ...status?.disruptedPods, [name]: formatTimestamp(nowMs) },
    },
  }
  store.update('PodDisruptionBudget', next, { subresource: 'status' })
}

/** A pod that is not ready may go when the others are enough, or the budget says that it always may. */
function isFreeUnhealthy(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (podCondition(pod, 'Ready')?.status === 'True') return false
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  return currentHealthy >= desiredHealthy && desiredHealthy > 0
}

function requireAllowance({ metadata, status }: PodDisruptionBudget): void {
  const { observedGeneration = 0, disruptedPods = {} } = status ?? {}
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  const { name, generation = 1 } = metadata
  if (observedGeneration < generation) {
    throw tooManyRequests(
      `The disruption budget ${name} is still being processed by the server.`,
      10,
    )
  }
  if (disruptionsAllowed < 0) {
    throw new ApiError('Forbidden', `pdb disruptions allowed is negative`, [], {
      name,
      group: 'policy',
      kind: 'poddisruptionbudget',
    })
  }
  if (Object.keys(disruptedPods).length > DISRUPTED_PODS_MAX) {
    throw new ApiError(
      'Forbidden',
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
      [],
      {
        name,
        group: 'policy',
        kind: 'poddisruptionbudget',
      },
    )
  }
  if (disruptionsAllowed > 0) return
  throw tooManyRequests(
    `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
  )
}

function tooManyRequests(cause: string, retryAfterSeconds?: number): ApiError {
  return new ApiError(
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    [{ reason: 'DisruptionBudget', message: cause }],
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  )
}
