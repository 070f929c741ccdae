import type { ApiObject } from '../../api/meta.ts'
import { SortedMap } from '../../base/sorted-map.ts'

/** Which objects refer to which owner: kept from what the caches tell, by the owner's uid. */
export class OwnerGraph {
  readonly #dependents = new Map<string, SortedMap<ApiObject>>()
  readonly #byUid = new Map<string, ApiObject>()

  /** `itemKey` names the object among all kinds. */
  replace(itemKey: string, previous: ApiObject | undefined, current: ApiObject | undefined): void {
    for (const uid of ownerUids(previous)) this.#remove(uid, itemKey)
    const { uid: ownUid = '' } = (current ?? previous)?.metadata ?? {}
    if (current === undefined) return void this.#byUid.delete(ownUid)
    this.#byUid.set(ownUid, current)
    for (const uid of ownerUids(current)) {
      let dependents = this.#dependents.get(uid)
      if (dependents === undefined) this.#dependents.set(uid, (dependents = new SortedMap()))
      dependents.set(itemKey, current)
    }
  }

  /** Undefined when no cache has it (any more). */
  objectOf(uid: string): ApiObject | undefined {
    return this.#byUid.get(uid)
  }

  /** Sorted by item key. */
  dependentsOf(uid: string | undefined): readonly ApiObject[] {
    return this.#dependents.get(uid ?? '')?.list() ?? []
  }

  #remove(uid: string, itemKey: string): void {
    const dependents = this.#dependents.get(uid)
    dependents?.delete(itemKey)
    if (dependents?.size === 0) this.#dependents.delete(uid)
  }
}

function ownerUids(object: ApiObject | undefined): readonly string[] {
  return (object?.metadata.ownerReferences ?? []).map(({ uid }) => uid)
}
