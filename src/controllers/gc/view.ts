import { KINDS } from '../../api/kinds.ts'
import type { ApiObject, OwnerReference } from '../../api/meta.ts'
import type { CachedKind } from '../caches.ts'

export const FOREGROUND_FINALIZER = 'foregroundDeletion'
export const ORPHAN_FINALIZER = 'orphan'

/**
 * What an owner is to its dependent. `solid`: it is there. `waiting`: it is being deleted in the foreground and waits
 * for its dependents. `gone`: there is no object of this name, or another one with another uid. `unknown`: nothing
 * can be said of it, because its kind is not served, or because it is in a namespace and its dependent in none.
 */
export type OwnerState = 'solid' | 'waiting' | 'gone' | 'unknown'

/** An object with its neighbours in the graph of owner references. */
export interface ItemView {
  readonly item: ApiObject
  /** Every reference with the state of its owner, as the API itself answered. */
  readonly owners: readonly { readonly reference: OwnerReference; readonly state: OwnerState }[]
  /** Objects that refer to the item, by the caches; sorted by kind and key. */
  readonly dependents: readonly ApiObject[]
}

/** The kind, where it is one of those that we know. */
export function knownKind(
  { apiVersion, kind }: Pick<OwnerReference, 'apiVersion' | 'kind'>,
  kinds: readonly CachedKind[],
): CachedKind | undefined {
  const known = kinds.find((one) => one === kind)
  return known !== undefined && KINDS[known].apiVersion === apiVersion ? known : undefined
}

export function isDeletingDependents({ metadata }: ApiObject): boolean {
  return isBeingDeletedWith(metadata, FOREGROUND_FINALIZER)
}

export function isOrphaningDependents({ metadata }: ApiObject): boolean {
  return isBeingDeletedWith(metadata, ORPHAN_FINALIZER)
}

function isBeingDeletedWith(
  { deletionTimestamp, finalizers = [] }: ApiObject['metadata'],
  finalizer: string,
): boolean {
  return deletionTimestamp !== undefined && finalizers.includes(finalizer)
}
