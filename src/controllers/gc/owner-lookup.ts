import { keyOf, type ApiObject, type OwnerReference } from '../../api/meta.ts'
import type { Caches } from '../caches.ts'
import { isMisplaced, ownerName } from './gather.ts'
import { isDeletingDependents, knownKind } from './view.ts'

/** What the caches say of owners: enough to know which objects are worth asking the API about. */
export class OwnerLookup {
  readonly #caches: Caches

  constructor(caches: Caches) {
    this.#caches = caches
  }

  /** The owners that wait for their dependents. */
  waitingOwners(object: ApiObject): readonly ApiObject[] {
    return (object.metadata.ownerReferences ?? [])
      .map((reference) => this.#find(object, reference))
      .filter((owner) => owner !== undefined)
      .filter(isDeletingDependents)
  }

  /** Whether an owner may be gone, or is going. */
  hasDoubtfulOwner(object: ApiObject): boolean {
    return (object.metadata.ownerReferences ?? []).some((reference) => {
      const kind = knownKind(reference, this.#caches.kinds)
      if (kind === undefined || isMisplaced(object, kind)) return false
      const owner = this.#find(object, reference)
      return owner === undefined || isDeletingDependents(owner)
    })
  }

  #find(object: ApiObject, reference: OwnerReference): ApiObject | undefined {
    const kind = knownKind(reference, this.#caches.kinds)
    if (kind === undefined || isMisplaced(object, kind)) return undefined
    const metadata = ownerName(object, kind, reference)
    const owner = this.#caches.of(kind).get(keyOf({ metadata }))
    return owner?.metadata.uid === reference.uid ? owner : undefined
  }
}
