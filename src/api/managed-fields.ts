/**
 * Who has which field of an object, and server-side apply, which is built on it.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 *
 * An owner is computed from what the client sent, filled in with defaults, and before anything else
 * of the server touches it. So the order of a request is:
 *
 * - create, update, patch: decode, default, `managedAfterUpdate`; then admission, what the registry
 *   sets (the status of a new object, the old status of an update, generation, cluster addresses),
 *   validation.
 * - apply: decode without defaults, `applyConfiguration`, default, then as above.
 * - at the end, both: `keepTimes`, and when nothing differs from the live object, no write.
 */
import { areEqual } from '../base/equal-values.ts'
import { ApiError } from './api-error.ts'
import { applyTo, groupVersionKind } from './managed-fields/applying.ts'
import { KUBECTL, withLastApplied } from './managed-fields/last-applied.ts'
import {
  decodeOwners,
  encodeOwners,
  NO_OWNERS,
  ownerId,
  type Owner,
  type Owners,
} from './managed-fields/ownership.ts'
import { resetFields } from './managed-fields/reset-fields.ts'
import {
  ownersFromScale,
  SCALE_KIND,
  SCALE_VERSION,
  scaleOf,
  scaleOwners,
  withReplicasOf,
} from './managed-fields/scale.ts'
import { shapeOfKind } from './managed-fields/shape.ts'
import { storedForm } from './managed-fields/stored-form.ts'
import {
  asObject,
  nothingOf,
  renameVersion,
  unmanaged,
  type ConvertVersion,
  type Subject,
} from './managed-fields/subject.ts'
import { ownersAfterUpdate } from './managed-fields/updating.ts'
import type { PartName } from './kind-definition.ts'
import type { ApiObject, ManagedFieldsEntry, ObjectMeta } from './meta.ts'

export { groupVersionKind, requireMergeable } from './managed-fields/applying.ts'

/** Who writes, and through what. */
export interface Manager {
  readonly name: string
  /** The version that the request speaks: that of the objects. */
  readonly apiVersion: string
  readonly subresource?: 'status' | 'scale' | 'finalize' | PartName
}

export interface Change {
  /** The object before; undefined: it is new. */
  readonly live: ApiObject | undefined
  /** The object after, with the metadata.managedFields that came with it. */
  readonly next: ApiObject
  readonly manager: Manager
  /** RFC 3339, whole seconds. */
  readonly time: string
  /** Only kinds whose versions differ in more than their name need it. */
  readonly convert?: ConvertVersion
}

/**
 * The managedFields of an object after an update of any kind, apply excepted. The very list of the
 * live object when nothing changes hands. Of the scale subresource, `live` and `next` are what is
 * scaled.
 */
export function managedAfterUpdate(change: Change): readonly ManagedFieldsEntry[] {
  const { live, next, manager } = change
  const owners = ownersBefore(change)
  // Nobody owned it yet, so that it stays without owners until somebody applies.
  if (owners.size === 0 && live !== undefined) return []
  const after =
    manager.subresource === 'scale' && live !== undefined
      ? scaled(change, live, owners)
      : ownersAfterUpdate({
          subject: subjectOf(next.kind, change),
          live: unmanaged(live ?? nothingOf(next)),
          next: unmanaged(next),
          owners,
          updater: { ...identityOf(manager, 'Update'), time: change.time },
        })
  return encoded(after, live?.metadata.managedFields)
}

function scaled({ next, manager, time }: Change, live: ApiObject, owners: Owners): Owners {
  const before = scaleOwners(owners)
  if (before.size === 0) return owners
  const after = ownersAfterUpdate({
    subject: subjectOf(SCALE_KIND, { manager: scaleManager(manager) }),
    live: scaleOf(live),
    next: scaleOf(next),
    owners: before,
    updater: { ...identityOf(scaleManager(manager), 'Update'), time },
  })
  return ownersFromScale(owners, after, manager.apiVersion)
}

export interface ApplyRequest {
  /** Undefined: apply creates it. */
  readonly live: ApiObject | undefined
  /** As the client sent it, without defaults; of the scale subresource, a Scale. */
  readonly config: ApiObject
  /** Of the resource that the request names; when absent, that of `live` or else of `config`. */
  readonly kind?: string
  readonly manager: Manager
  readonly force: boolean
  /** RFC 3339, whole seconds. */
  readonly time: string
  /** Only kinds whose versions differ in more than their name need it. */
  readonly convert?: ConvertVersion
}

export interface AppliedObject {
  /** With its new managedFields; the live object itself when nothing at all changes. */
  readonly object: ApiObject
  readonly managedFields: readonly ManagedFieldsEntry[]
}

/**
 * Server-side apply of `config` on `live`. Throws what Kubernetes answers: Conflict when somebody
 * else has a field with another value and not `force`; BadRequest for another kind or version than
 * that of `live` or the manager, and for a configuration with managedFields; a fault without a
 * reason (500) when the configuration does not fit the schema.
 */
export function applyConfiguration(request: ApplyRequest): AppliedObject {
  const { live, manager, config } = request
  if (manager.subresource === 'scale' && live !== undefined) return applyScale(request, live)
  const kind = request.kind ?? live?.kind ?? config.kind
  refuseOther(config, manager.apiVersion, kind)
  const subject = subjectOf(kind, request)
  const owners = decodedOwners(live)
  const { object, owners: after } = applyTo({
    subject,
    live: unmanaged(live ?? nothingOf(subject)),
    config,
    owners: owners.size > 0 || live === undefined ? owners : ownersUntracked(request, live),
    applier: identityOf(manager, 'Apply'),
    force: request.force,
    time: request.time,
  })
  const managedFields = encoded(after, live?.metadata.managedFields)
  const stored = asObject(storedForm(shapeOfKind(subject.apiVersion, kind), object), object)
  const named = manager.name === KUBECTL ? withLastApplied(stored, config) : stored
  return { object: managedBy(named, managedFields, live), managedFields }
}

/** All fields of an object that nobody owned until somebody applies. */
function ownersUntracked(request: ApplyRequest, live: ApiObject): Owners {
  const { manager, time } = request
  const updater = { ...identityOf({ ...manager, name: 'before-first-apply' }, 'Update'), time }
  const next = unmanaged(live)
  const subject = subjectOf(live.kind, request)
  return ownersAfterUpdate({ subject, live: nothingOf(live), next, owners: NO_OWNERS, updater })
}

function applyScale(request: ApplyRequest, live: ApiObject): AppliedObject {
  const { manager, config, force, time } = request
  refuseOther(config, SCALE_VERSION, SCALE_KIND)
  const inScale: ApplyRequest = { ...request, manager: scaleManager(manager) }
  const owners = decodedOwners(live)
  const scale = scaleOf(live)
  const before = scaleOwners(owners)
  const { object, owners: after } = applyTo({
    subject: subjectOf(SCALE_KIND, inScale),
    live: scale,
    config,
    owners: before.size > 0 ? before : ownersUntracked(inScale, scale),
    applier: identityOf(inScale.manager, 'Apply'),
    force,
    time,
  })
  const all = ownersFromScale(owners, after, manager.apiVersion)
  const managedFields = encoded(all, live.metadata.managedFields)
  return { object: managedBy(withReplicasOf(live, object), managedFields, live), managedFields }
}

function scaleManager(manager: Manager): Manager {
  return { ...manager, apiVersion: SCALE_VERSION }
}

function refuseOther(config: ApiObject, apiVersion: string, kind: string): void {
  if (config.apiVersion !== apiVersion || config.kind !== kind) {
    const named = groupVersionKind(config.apiVersion, config.kind)
    throw new ApiError('BadRequest', `invalid object type: ${named}`)
  }
  const { metadata }: { readonly metadata?: ObjectMeta } = config
  if ((metadata?.managedFields ?? []).length > 0) {
    throw new ApiError('BadRequest', 'metadata.managedFields must be nil')
  }
}

/**
 * `next`, or with the times of the live object when it differs from it in nothing else, so that a
 * request that changes nothing writes nothing. Compares whole objects: `next` is complete.
 */
export function keepTimes(live: ApiObject, next: ApiObject): ApiObject {
  const before = live.metadata.managedFields ?? []
  const after = next.metadata.managedFields ?? []
  if (before === after || before.length !== after.length) return next
  const isSame = before.every((entry, index) => {
    return areEqual({ ...entry, time: '' }, { ...after[index], time: '' })
  })
  return isSame && areEqual(unmanaged(live), unmanaged(next)) ? live : next
}

function subjectOf(
  kind: string,
  { manager, convert = renameVersion }: Pick<Change, 'manager' | 'convert'>,
): Subject {
  const { apiVersion, subresource } = manager
  return { kind, apiVersion, convert, reset: resetFields(kind, subresource) }
}

function identityOf(
  { name, apiVersion, subresource }: Manager,
  operation: Owner['operation'],
): Omit<Owner, 'fields' | 'entry' | 'time'> {
  const identity = {
    manager: name === '' ? 'unknown' : name,
    operation,
    apiVersion,
    ...(subresource === undefined ? {} : { subresource }),
  }
  return { id: ownerId(identity), ...identity }
}

/**
 * Whom the objects name. A client may write the managedFields themselves, but not through a
 * subresource; one that leaves them out has not heard of them, and one that sends none at all, or
 * a single empty entry, makes a new beginning.
 */
function ownersBefore({ live, next, manager }: Change): Owners {
  const sent = next.metadata.managedFields
  if (manager.subresource !== undefined || sent === undefined) return decodedOwners(live)
  if (isReset(sent)) return NO_OWNERS
  const owners = decodeOwners(sent)
  return owners === undefined || owners.size === 0 ? decodedOwners(live) : owners
}

function isReset(entries: readonly ManagedFieldsEntry[]): boolean {
  const [first] = entries
  return first === undefined || (entries.length === 1 && Object.keys(first).length === 0)
}

function decodedOwners(live: ApiObject | undefined): Owners {
  return decodeOwners(live?.metadata.managedFields) ?? NO_OWNERS
}

/** The list of before when it says the same. */
function encoded(
  owners: Owners,
  before: readonly ManagedFieldsEntry[] | undefined,
): readonly ManagedFieldsEntry[] {
  const entries = encodeOwners(owners)
  const isSame =
    before?.length === entries.length && entries.every((entry, index) => entry === before[index])
  return isSame ? before : entries
}

function managedBy(
  object: ApiObject,
  managedFields: readonly ManagedFieldsEntry[],
  live: ApiObject | undefined,
): ApiObject {
  if (live !== undefined && managedFields === live.metadata.managedFields) {
    if (areEqual(object, unmanaged(live))) return live
  }
  const { managedFields: _previous, ...metadata } = object.metadata
  return {
    ...object,
    metadata: { ...metadata, ...(managedFields.length === 0 ? {} : { managedFields }) },
  }
}
