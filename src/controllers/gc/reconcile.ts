import type { ApiObject, OwnerReference } from '../../api/meta.ts'
import type { DeleteOptions } from '../../client/client.ts'
import { withoutOwners } from '../ownership.ts'
import {
  FOREGROUND_FINALIZER,
  isDeletingDependents,
  isOrphaningDependents,
  ORPHAN_FINALIZER,
  type ItemView,
} from './view.ts'

export type CollectAction =
  | {
      readonly type: 'delete'
      readonly object: ApiObject
      readonly policy: NonNullable<DeleteOptions['propagationPolicy']>
    }
  /** The whole new object: fewer owner references or finalizers. */
  | { readonly type: 'update'; readonly object: ApiObject }
  /** Look at this dependent: its owner waits for it. */
  | { readonly type: 'enqueue'; readonly object: ApiObject }

/**
 * One pass of an object (pkg/controller/garbagecollector): as an owner that is being deleted it lets its dependents go
 * or makes them orphans; as a dependent whose last owner is gone it is deleted.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function collectItem(view: ItemView): readonly CollectAction[] {
  const { item, dependents } = view
  if (isOrphaningDependents(item)) return orphanDependents(item, dependents)
  if (isDeletingDependents(item)) return awaitDependents(item, dependents)
  if (item.metadata.deletionTimestamp !== undefined) return []
  return followOwners(view)
}

function orphanDependents(
  item: ApiObject,
  dependents: readonly ApiObject[],
): readonly CollectAction[] {
  const uid = item.metadata.uid ?? ''
  return [
    ...dependents.map((dependent) => {
      return { type: 'update', object: withoutOwners(dependent, [uid]) } as const
    }),
    { type: 'update', object: withoutFinalizer(item, ORPHAN_FINALIZER) },
  ]
}

/** The owner goes when no dependent that blocks it is left; the others do not hold it up. */
function awaitDependents(
  item: ApiObject,
  dependents: readonly ApiObject[],
): readonly CollectAction[] {
  const isBlocking = (dependent: ApiObject) =>
    referencesTo(item, dependent).some(({ blockOwnerDeletion }) => blockOwnerDeletion === true)
  if (!dependents.some(isBlocking)) {
    return [{ type: 'update', object: withoutFinalizer(item, FOREGROUND_FINALIZER) }]
  }
  return dependents
    .filter((dependent) => !isDeletingDependents(dependent))
    .map((object) => ({ type: 'enqueue', object }))
}

function followOwners({ item, owners, dependents }: ItemView): readonly CollectAction[] {
  const { finalizers = [] } = item.metadata
  // As long as one owner is doubtful, nothing is done about the others either.
  if (owners.some(({ state }) => state === 'unknown')) return []
  const hasSolid = owners.some(({ state }) => state === 'solid')
  const others = owners.filter(({ state }) => state !== 'solid')
  if (others.length === 0) return []
  if (hasSolid) {
    const uids = others.map(({ reference }) => reference.uid)
    return [{ type: 'update', object: withoutOwners(item, uids) }]
  }
  const isAwaited = owners.some(({ state }) => state === 'waiting')
  if (isAwaited && dependents.length > 0) {
    return [...breakCycle(item, dependents), { type: 'delete', object: item, policy: 'Foreground' }]
  }
  const policy = finalizers.includes(ORPHAN_FINALIZER)
    ? 'Orphan'
    : finalizers.includes(FOREGROUND_FINALIZER)
      ? 'Foreground'
      : 'Background'
  return [{ type: 'delete', object: item, policy }]
}

/** A dependent that waits for its own dependents may be waiting for this very item: let the item not block it. */
function breakCycle(item: ApiObject, dependents: readonly ApiObject[]): readonly CollectAction[] {
  const { ownerReferences = [] } = item.metadata
  if (!dependents.some(isDeletingDependents)) return []
  if (!ownerReferences.some(({ blockOwnerDeletion }) => blockOwnerDeletion === true)) return []
  const unblocked = ownerReferences.map((reference) => ({
    ...reference,
    blockOwnerDeletion: false,
  }))
  const metadata = { ...item.metadata, ownerReferences: unblocked }
  return [{ type: 'update', object: { ...item, metadata } }]
}

function referencesTo(owner: ApiObject, { metadata }: ApiObject): readonly OwnerReference[] {
  return (metadata.ownerReferences ?? []).filter(({ uid }) => uid === owner.metadata.uid)
}

function withoutFinalizer(item: ApiObject, finalizer: string): ApiObject {
  const finalizers = (item.metadata.finalizers ?? []).filter((one) => one !== finalizer)
  return { ...item, metadata: { ...item.metadata, finalizers } }
}
