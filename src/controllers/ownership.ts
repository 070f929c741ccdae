import { controllerOf, type ApiObject, type OwnerReference } from '../api/meta.ts'
import { selectorMatches, type LabelSelector } from '../api/selector.ts'

export type Claim = 'keep' | 'adopt' | 'release' | 'ignore'

/**
 * What an owner does about an object of its namespace (ControllerRefManager.ClaimObject): it keeps what it
 * controls and selects, releases what it controls but no longer selects, and adopts what it selects and nobody
 * controls. An owner that is being deleted takes and gives nothing.
 */
export function decideClaim(
  owner: ApiObject,
  selector: LabelSelector | undefined,
  object: ApiObject,
): Claim {
  const isSelected = selectorMatches(selector, object.metadata.labels)
  const isOwnerGoing = owner.metadata.deletionTimestamp !== undefined
  const controller = controllerOf(object)
  if (controller !== undefined) {
    if (controller.uid !== owner.metadata.uid) return 'ignore'
    if (isSelected) return 'keep'
    return isOwnerGoing ? 'ignore' : 'release'
  }
  if (!isSelected || isOwnerGoing || object.metadata.deletionTimestamp !== undefined)
    return 'ignore'
  return 'adopt'
}

/** The reference by which `owner` controls an object; the garbage collector follows it. */
export function controllerReference(owner: ApiObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}

/** `object` with `owner` as its controller. */
export function withController<O extends ApiObject>(object: O, owner: ApiObject): O {
  const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)]
  return { ...object, metadata: { ...object.metadata, ownerReferences } }
}

/** `object` without any reference to the owners of these uids. */
export function withoutOwners<O extends ApiObject>(object: O, uids: readonly string[]): O {
  const { ownerReferences = [], ...metadata } = object.metadata
  const kept = ownerReferences.filter(({ uid }) => !uids.includes(uid))
  return {
    ...object,
    metadata: kept.length === 0 ? metadata : { ...metadata, ownerReferences: kept },
  }
}
