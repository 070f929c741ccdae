import type { Namespace } from '../../api/core.ts'
import type { ApiObject, Condition } from '../../api/meta.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import { keepTransitionTime } from '../condition-list.ts'

/** What is left in a namespace that is being deleted. */
export interface Remains {
  /** The name of a resource as messages have it: `pods`, `deployments.apps`. */
  readonly resource: string
  readonly objects: readonly ApiObject[]
}

/** How far it came. */
export interface Emptying {
  readonly remains: readonly Remains[]
  /** What was said of kinds that could not be listed or deleted. */
  readonly failures: readonly string[]
}

/**
 * The conditions of a namespace that is being emptied, each in its place among those that others have written: nobody
 * but this controller knows why it takes so long. The first two are about kinds that could not be found out, and all
 * are known here. pkg/controller/namespace/deletion/status_condition_utils.go
 */
export function terminationConditions(
  namespace: Namespace,
  emptying: Emptying,
  nowMs: number,
): readonly Condition[] {
  const lastTransitionTime = formatTimestamp(nowMs)
  const present = namespace.status?.conditions ?? []
  const own = new Map(
    conditionsOf(emptying).map((condition) => {
      const before = present.find(({ type }) => type === condition.type)
      return [condition.type, keepTransitionTime({ ...condition, lastTransitionTime }, before)]
    }),
  )
  const added = [...own.values()].filter(({ type }) => !present.some((one) => one.type === type))
  return [...present.map((condition) => own.get(condition.type) ?? condition), ...added]
}

function conditionsOf({
  remains,
  failures,
}: Emptying): readonly Omit<Condition, 'lastTransitionTime'>[] {
  const finalizers = countFinalizers(remains)
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'False',
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      status: 'False',
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    failures.length === 0
      ? {
          type: 'NamespaceDeletionContentFailure',
          status: 'False',
          reason: 'ContentDeleted',
          message: 'All content successfully deleted, may be waiting on finalization',
        }
      : {
          type: 'NamespaceDeletionContentFailure',
          status: 'True',
          reason: 'ContentDeletionFailed',
          message: `Failed to delete all resource types, ${failures.length} remaining: ${list(failures)}`,
        },
    remains.length === 0
      ? {
          type: 'NamespaceContentRemaining',
          status: 'False',
          reason: 'ContentRemoved',
          message: 'All content successfully removed',
        }
      : {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${list(remains.map(({ resource, objects }) => `${resource} has ${objects.length} resource instances`))}`,
        },
    finalizers.length === 0
      ? {
          type: 'NamespaceFinalizersRemaining',
          status: 'False',
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${list(finalizers.map(([name, count]) => `${name} in ${count} resource instances`))}`,
        },
  ]
}

/** Whether the two lists say the same, whenever they said it. */
export function saySame(
  next: readonly Condition[],
  previous: readonly Condition[] | undefined,
): boolean {
  return JSON.stringify(next) === JSON.stringify(previous ?? [])
}

function countFinalizers(remains: readonly Remains[]): readonly [string, number][] {
  const counts = new Map<string, number>()
  for (const { metadata } of remains.flatMap(({ objects }) => objects)) {
    for (const name of metadata.finalizers ?? []) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function list(parts: readonly string[]): string {
  return parts.toSorted().join(', ')
}
