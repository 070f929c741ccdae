import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { budgetsOf } from './budgets.ts'
import { desiredOf } from './replica-counts.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
/** Revisions that this ReplicaSet had before a rollback to it, oldest first, separated by commas. */
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
/** The Deployment's size when this ReplicaSet was last scaled: shows that it was resized since. */
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
/** The same with the surge: the whole of which a proportional share is a part. */
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'

const REVISION_HISTORY_LENGTH_MAX = 2_000

/** Annotations that belong to one object alone; all others flow from a Deployment to its new ReplicaSet. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
])

type Annotations = Readonly<Record<string, string>>

/** 0 where the ReplicaSet has no revision or an unreadable one. */
export function revisionOf({ metadata }: ReplicaSet): number {
  return wholeNumber(metadata.annotations?.[REVISION]) ?? 0
}

/** The number of the next revision: one above all of the old ones. */
export function nextRevision(olds: readonly ReplicaSet[]): number {
  return olds.reduce((highest, old) => Math.max(highest, revisionOf(old)), 0) + 1
}

/**
 * The annotations of the new ReplicaSet (SetNewReplicaSetAnnotations): the Deployment's own, and a revision above
 * all others. Where it had a lower one, this is a rollback, and the lower one goes into its history.
 */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  current: Annotations,
  revision: number,
): Annotations {
  const annotations = { ...current, ...flowingAnnotations(deployment) }
  const text = current[REVISION]
  const before = text === undefined || text === '' ? 0 : wholeNumber(text)
  // A revision that nobody can read is left as it is.
  if (before === undefined || before >= revision) return annotations
  annotations[REVISION] = String(revision)
  if (text === undefined) return annotations
  const history = extendHistory(current[REVISION_HISTORY] ?? '', text)
  return history === undefined ? annotations : { ...annotations, [REVISION_HISTORY]: history }
}

/** The two annotations that a ReplicaSet gets whenever the Deployment sets its size. */
export function sizeAnnotations(deployment: Deployment): Annotations {
  const desired = desiredOf(deployment)
  return {
    [DESIRED_REPLICAS]: String(desired),
    [MAX_REPLICAS]: String(desired + budgetsOf(deployment).surge),
  }
}

export function desiredAnnotation({ metadata }: ReplicaSet): number | undefined {
  return wholeNumber(metadata.annotations?.[DESIRED_REPLICAS])
}

export function maxReplicasAnnotation({ metadata }: ReplicaSet): number | undefined {
  return wholeNumber(metadata.annotations?.[MAX_REPLICAS])
}

function flowingAnnotations({ metadata }: Deployment): Annotations {
  const entries = Object.entries(metadata.annotations ?? {})
  return Object.fromEntries(entries.filter(([key]) => !OWN_ANNOTATIONS.has(key)))
}

/** Drops the oldest entries that do not fit; undefined when even the new one alone does not. */
function extendHistory(history: string, revision: string): string | undefined {
  const entries = history === '' ? [revision] : [...history.split(','), revision]
  for (let start = 0; start < entries.length; start++) {
    const text = entries.slice(start).join(',')
    if (text.length <= REVISION_HISTORY_LENGTH_MAX) return text
  }
  return undefined
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined
}
