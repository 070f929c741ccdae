import type { ObjectPart } from '../api/kind-definition.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import type { ManagedFieldsEntry, ObjectMeta, StoredMeta } from '../api/meta.ts'
import type { FieldFault } from '../api/validation.ts'
import type { Fields } from '../base/fields.ts'
import { immutable } from './refusals.ts'
import type { WriteOptions } from './request.ts'
import { asIncoming, asMetadata, type Incoming, type Stored } from './stored.ts'

type ManagedFields = readonly ManagedFieldsEntry[] | undefined

/** What only the server can say of a new object. */
export interface NewIdentity {
  readonly name: string
  readonly namespace: string | undefined
  readonly uid: string
  readonly creationTimestamp: string
}

/** A new object with the server's own fields in place of what its creator said of them. */
export function prepareNew(
  kind: Kind,
  object: Incoming,
  identity: NewIdentity,
  managedFields: ManagedFields,
): Incoming {
  const { hasStatus, newStatus, raisesGeneration, prepareNew: prepare } = KINDS[kind].strategy
  const { name, namespace, uid, creationTimestamp } = identity
  const { status, ...content } = object
  const {
    name: _name,
    namespace: _namespace,
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _creation,
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    managedFields: _managed,
    generation,
    generateName,
    ...metadata
  } = object.metadata
  const kept = hasStatus && newStatus !== undefined ? newStatus : status
  const fresh: Incoming = {
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
      managedFields: nonEmpty(managedFields),
    }),
    ...(kept === undefined ? {} : { status: kept }),
  }
  return prepare === undefined ? fresh : asIncoming(prepare(asFields(fresh)))
}

/**
 * The object that an update makes of `current`: a subresource changes its own part, the object itself
 * anything else; what is the server's stays the server's. All of them may change the rest of the metadata.
 */
export function prepareUpdate(
  kind: Kind,
  current: Stored,
  object: Incoming,
  { subresource }: WriteOptions,
  managedFields: ManagedFields,
): Incoming {
  const { strategy } = KINDS[kind]
  const metadata = updatedMetadata(object.metadata, current.metadata, managedFields)
  const { status, ...content } = object
  if (subresource === 'status') {
    const { status: _old, ...rest } = current
    const { prepareStatus: prepare, statusKeeps = [] } = strategy
    const kept = Object.fromEntries(statusKeeps.map((field) => [field, current.metadata[field]]))
    const next: Incoming = {
      ...rest,
      metadata: asMetadata<ObjectMeta>({ ...metadata, ...kept }),
      ...(status === undefined ? {} : { status }),
    }
    return prepare === undefined ? next : asIncoming(prepare(asFields(next), asFields(current)))
  }
  if (partOf(kind, subresource) !== undefined) {
    const { managedFields: _old, ...own } = current.metadata
    const owned = nonEmpty(managedFields)
    return {
      ...current,
      metadata: { ...own, ...(owned === undefined ? {} : { managedFields: owned }) },
      spec: object.spec ?? {},
    }
  }
  const kept = strategy.hasStatus ? current.status : status
  const next: Incoming = {
    ...content,
    apiVersion: current.apiVersion,
    kind: current.kind,
    metadata,
    ...(kept === undefined ? {} : { status: kept }),
  }
  // The finalizers in the spec, which an update of a Namespace keeps, are what `finalize` is for.
  const prepare = subresource === 'finalize' ? undefined : strategy.prepareUpdate
  return prepare === undefined ? next : asIncoming(prepare(asFields(next), asFields(current)))
}

/** What a subresource writes of the spec; undefined when it writes none of its own. */
export function partOf(
  kind: Kind,
  subresource: WriteOptions['subresource'],
): ObjectPart | undefined {
  const { parts = {} } = KINDS[kind].strategy
  return subresource === 'ephemeralcontainers' || subresource === 'resize'
    ? parts[subresource]
    : undefined
}

function updatedMetadata(
  asked: ObjectMeta,
  own: StoredMeta,
  managedFields: ManagedFields,
): StoredMeta {
  return asMetadata<StoredMeta>({
    ...asked,
    name: own.name,
    namespace: own.namespace,
    uid: own.uid,
    resourceVersion: own.resourceVersion,
    generation: own.generation,
    creationTimestamp: own.creationTimestamp,
    deletionTimestamp: own.deletionTimestamp,
    deletionGracePeriodSeconds: own.deletionGracePeriodSeconds,
    managedFields: nonEmpty(managedFields),
  })
}

function nonEmpty(managedFields: ManagedFields): ManagedFields {
  return managedFields?.length === 0 ? undefined : managedFields
}

/** What an update may not do to the metadata of any object (ValidateObjectMetaAccessorUpdate). */
export function validateMetadataUpdate(
  next: ObjectMeta,
  current: ObjectMeta,
): readonly FieldFault[] {
  const faults: FieldFault[] = []
  const { uid, deletionTimestamp, deletionGracePeriodSeconds: grace } = next
  // Neither an update nor a status is for another object that has taken the name meanwhile.
  if (uid !== undefined && uid !== '' && uid !== current.uid) faults.push(immutable('uid', uid))
  if (deletionTimestamp !== undefined && current.deletionTimestamp === undefined) {
    faults.push(immutable('deletionTimestamp', deletionTimestamp))
  }
  if (grace !== undefined && grace !== current.deletionGracePeriodSeconds) {
    faults.push(immutable('deletionGracePeriodSeconds', grace))
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

function asFields(object: Incoming): Fields {
  return { ...object }
}
