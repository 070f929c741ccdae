import type { Condition } from '../api/meta.ts'

export type Conditions = readonly Condition[]

export function findCondition(conditions: Conditions = [], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type)
}

export function withoutCondition(conditions: Conditions = [], type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type)
}

/**
 * A condition takes its place at the end of the list, unless one with the same status and reason is
 * there already; while the status stays, so does the time of its last transition
 * (SetDeploymentCondition, replicaset.SetCondition).
 */
export function withCondition(conditions: Conditions = [], next: Condition): Conditions {
  const current = findCondition(conditions, next.type)
  if (current?.status === next.status && current.reason === next.reason) return conditions
  return [...withoutCondition(conditions, next.type), keepTransitionTime(next, current)]
}

/** The new condition, with the old transition time where the status is the old one. */
export function keepTransitionTime(next: Condition, current: Condition | undefined): Condition {
  if (current?.status !== next.status || current.lastTransitionTime === undefined) return next
  return { ...next, lastTransitionTime: current.lastTransitionTime }
}
