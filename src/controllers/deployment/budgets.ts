import type { IntOrString } from '../../api/meta.ts'
import type { Deployment } from '../../api/workload.ts'
import { desiredOf } from './replica-counts.ts'

/** How far a rolling update may stray from the desired number of pods. */
export interface Budgets {
  /** Pods above the desired number. */
  readonly surge: number
  /** Pods below it that may be unavailable. */
  readonly unavailable: number
}

/**
 * The budgets of a Deployment in pods: percentages of `replicas`, the surge rounded up and unavailability
 * rounded down, never both zero, unavailability never above `replicas`. Recreate has none.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export function budgetsOf(deployment: Deployment): Budgets {
  const { strategy } = deployment.spec
  if (!isRollingUpdate(deployment)) return { surge: 0, unavailable: 0 }
  const desired = desiredOf(deployment)
  const { maxSurge, maxUnavailable } = strategy?.rollingUpdate ?? {}
  // Validation lets no other spelling through; without it nothing may stray.
  const budgets = resolveBudgets({ maxSurge, maxUnavailable }, desired) ?? NO_BUDGET
  return { surge: budgets.surge, unavailable: Math.min(budgets.unavailable, desired) }
}

const NO_BUDGET: Budgets = { surge: 0, unavailable: 0 }

/** A Deployment without a strategy is a rolling one. */
export function isRollingUpdate({ spec }: Deployment): boolean {
  return (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate'
}

/**
 * Both budgets in pods; a missing one is zero, and where both are zero after rounding one pod may be
 * unavailable, or nothing would ever move. Undefined when one is neither a number nor a percentage.
 */
export function resolveBudgets(
  wanted: {
    readonly maxSurge: IntOrString | undefined
    readonly maxUnavailable: IntOrString | undefined
  },
  desired: number,
): Budgets | undefined {
  const surge = podsOf(wanted.maxSurge, desired, Math.ceil)
  const unavailable = podsOf(wanted.maxUnavailable, desired, Math.floor)
  if (surge === undefined || unavailable === undefined) return undefined
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

function podsOf(
  wanted: IntOrString | undefined,
  desired: number,
  round: (pods: number) => number,
): number | undefined {
  if (wanted === undefined) return 0
  if (typeof wanted === 'number') return wanted
  const percentage = /^(\d+)%$/.exec(wanted)?.[1]
  return percentage === undefined ? undefined : round((Number(percentage) * desired) / 100)
}
