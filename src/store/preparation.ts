import { KINDS, type Kind } from '../api/kinds.ts'
import type { ObjectMeta, StoredMeta } from '../api/meta.ts'
import type { FieldFault } from '../api/validation.ts'
import { immutable } from './refusals.ts'
import type { WriteOptions } from './request.ts'
import { asMetadata, type Incoming, type Stored } from './stored.ts'

/** What only the server can say of a new object. */
export interface NewIdentity {
  readonly name: string
  readonly namespace: string | undefined
  readonly uid: string
  readonly creationTimestamp: string
}

/** A new object with the server's own fields in place of what its creator said of them. */
export function prepareNew(kind: Kind, object: Incoming, identity: NewIdentity): Incoming {
  const { hasStatus, newStatus, raisesGeneration } = KINDS[kind].strategy
  const { name, namespace, uid, creationTimestamp } = identity
  const { status, ...content } = object
  const {
    name: _name,
    namespace: _namespace,
    uid: _uid,
    creationTimestamp: _creation,
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    generation,
    generateName,
    ...metadata
  } = object.metadata
  const kept = hasStatus && newStatus !== undefined ? newStatus : status
  return {
    ...content,
    apiVersion: KINDS[kind].apiVersion,
    kind,
    metadata: asMetadata<ObjectMeta>({
      name,
      generateName,
      namespace,
      uid,
      generation: raisesGeneration === undefined ? generation : 1,
      creationTimestamp,
      ...metadata,
    }),
    ...(kept === undefined ? {} : { status: kept }),
  }
}

/**
 * The object that an update makes of `current`: the status subresource changes the status (and labels and
 * annotations), everything else changes anything but the status; what is the server's stays the server's.
 */
export function prepareUpdate(
  kind: Kind,
  current: Stored,
  object: Incoming,
  { subresource }: WriteOptions,
): Stored {
  const { hasStatus, statusKeepsLabels } = KINDS[kind].strategy
  const { status, ...content } = object
  const { labels, annotations } = object.metadata
  if (subresource === 'status') {
    const metadata = asMetadata<StoredMeta>({
      ...current.metadata,
      labels: statusKeepsLabels === true ? current.metadata.labels : labels,
      annotations,
    })
    const { status: _old, ...rest } = current
    return { ...rest, metadata, ...(status === undefined ? {} : { status }) }
  }
  const own = current.metadata
  const metadata = asMetadata<StoredMeta>({
    ...object.metadata,
    name: own.name,
    namespace: own.namespace,
    uid: own.uid,
    resourceVersion: own.resourceVersion,
    generation: own.generation,
    creationTimestamp: own.creationTimestamp,
    deletionTimestamp: own.deletionTimestamp,
    deletionGracePeriodSeconds: own.deletionGracePeriodSeconds,
  })
  const kept = hasStatus ? current.status : status
  return {
    ...content,
    apiVersion: current.apiVersion,
    kind: current.kind,
    metadata,
    ...(kept === undefined ? {} : { status: kept }),
  }
}

/** Neither an update nor a status is for another object that has taken the name meanwhile. */
export function validateUid(next: ObjectMeta, current: ObjectMeta): readonly FieldFault[] {
  return next.uid === undefined || next.uid === current.uid ? [] : [immutable('uid', next.uid)]
}

/** What an update may not do to the metadata of any object (ValidateObjectMetaAccessorUpdate). */
export function validateMetadataUpdate(
  next: ObjectMeta,
  current: ObjectMeta,
): readonly FieldFault[] {
  const faults = [...validateUid(next, current)]
  const { deletionTimestamp } = next
  if (deletionTimestamp !== undefined && deletionTimestamp !== current.deletionTimestamp) {
    faults.push(immutable('deletionTimestamp', deletionTimestamp))
  }
  if (current.deletionTimestamp === undefined) return faults
  const added = (next.finalizers ?? []).filter((name) => !current.finalizers?.includes(name))
  if (added.length > 0) {
    const names = added.map((name) => JSON.stringify(name)).join(', ')
    faults.push({
      path: 'metadata.finalizers',
      pointer: '/metadata/finalizers',
      reason: 'FieldValueForbidden',
      message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`,
    })
  }
  return faults
}
