/**
 * The scale subresource is an object of its own, with owners of its own: whoever has the replicas
 * there has them in the object that is scaled.
 * (apimachinery, managedfields.ScaleHandler)
 */
import { isFields } from '../../base/fields.ts'
import type { ApiObject } from '../meta.ts'
import { difference, hasPath, isEmptySet, setOf } from './field-set.ts'
import { ownerId, withFields, type Owner, type Owners } from './ownership.ts'

export const SCALE_VERSION = 'autoscaling/v1'
export const SCALE_KIND = 'Scale'

/** In the scale and in what is scaled alike. */
const PATH = ['f:spec', 'f:replicas']
const REPLICAS = setOf(...PATH)

/** The part of an object that its scale shows; no replicas are none there. */
export function scaleOf(object: ApiObject): ApiObject & { readonly spec: object } {
  const replicas = replicasOf(object) ?? 0
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  return {
    apiVersion: SCALE_VERSION,
    kind: SCALE_KIND,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: replicas === 0 ? {} : { replicas },
  }
}

export function withReplicasOf(object: ApiObject, scale: ApiObject): ApiObject {
  const replicas = replicasOf(scale) ?? 0
  const spec = 'spec' in object && isFields(object.spec) ? object.spec : {}
  if (spec['replicas'] === replicas) return object
  return { ...object, spec: { ...spec, replicas } } as ApiObject
}

function replicasOf(object: ApiObject): number | undefined {
  const spec = 'spec' in object && isFields(object.spec) ? object.spec : {}
  return typeof spec['replicas'] === 'number' ? spec['replicas'] : undefined
}

/** Who has the replicas, as owners of the scale. */
export function scaleOwners(owners: Owners): Owners {
  const found = new Map<string, Owner>()
  for (const owner of owners.values()) {
    if (!hasPath(owner.fields, PATH)) continue
    const renamed = { ...withFields(owner, REPLICAS), apiVersion: SCALE_VERSION }
    const id = ownerId(renamed)
    found.set(id, { ...renamed, id })
  }
  return found
}

/**
 * The owners of what is scaled, by those of its scale. As Kubernetes does it: an updater is told
 * from itself in the other version, and the entries that come from the scale have no time.
 */
export function ownersFromScale(owners: Owners, scale: Owners, apiVersion: string): Owners {
  const found = new Map<string, Owner>()
  for (const [id, owner] of owners) {
    if (!hasPath(owner.fields, PATH) || scale.has(id)) {
      found.set(id, owner)
      continue
    }
    const fields = difference(owner.fields, REPLICAS)
    if (!isEmptySet(fields)) found.set(id, withFields(owner, fields))
  }
  for (const [id, owner] of scale) {
    if (owners.has(id) || !hasPath(owner.fields, PATH)) continue
    const { time: _time, entry: _entry, ...rest } = owner
    found.set(id, { ...rest, apiVersion, fields: REPLICAS })
  }
  return found
}
