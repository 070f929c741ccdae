import { ApiError } from '../api/api-error.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import type { ApiObject, ObjectMeta, StoredMeta } from '../api/meta.ts'
import {
  forbidden,
  modifiedMeanwhile,
  namespacePreconditionFailed,
  preconditionFailed,
  replacedMeanwhile,
  versionMissing,
} from './refusals.ts'
import type { DeletionOptions } from './request.ts'
import { parseResourceVersion } from './resource-version.ts'
import type { Stored } from './stored.ts'

/** The object is of the kind that the request speaks of. Objects out of a list may lack both fields, as Kubernetes' own do. */
export function requireKind(kind: Kind, object: Partial<ApiObject>): void {
  const expected = KINDS[kind].apiVersion
  if (object.apiVersion !== undefined && object.apiVersion !== expected) {
    const message = `the API version in the data (${object.apiVersion}) does not match the expected API version (${expected})`
    throw new ApiError('BadRequest', message)
  }
  if (object.kind !== undefined && object.kind !== kind) {
    const message = `the object provided is unrecognized (must be of type ${kind}, not ${object.kind})`
    throw new ApiError('BadRequest', message)
  }
}

/** A new object has no version yet; what is no version at all is not looked at. */
export function requireNewVersion({ resourceVersion = '' }: ObjectMeta): void {
  if (!/^\d+$/.test(resourceVersion) || Number(resourceVersion) === 0) return
  throw new ApiError('Unknown', 'resourceVersion should not be set on objects to be created')
}

/** The version that an update was made from is still the newest. */
export function requireVersion(kind: Kind, asked: ObjectMeta, current: ObjectMeta): void {
  const version = parseResourceVersion(asked.resourceVersion)
  if (version === 0) {
    if (KINDS[kind].strategy.updateNamesVersion !== true) return
    throw versionMissing(kind, current.name)
  }
  if (version !== Number(current.resourceVersion)) throw modifiedMeanwhile(kind, current.name)
}

/** The object of an update is still the one that it was. */
export function requireUid(kind: Kind, asked: ObjectMeta, current: StoredMeta): void {
  const { uid = '' } = asked
  if (uid === '' || uid === current.uid) return
  throw replacedMeanwhile(kind, current, { wanted: uid, found: current.uid })
}

export function requireDeletable(kind: Kind, name: string): void {
  const { strategy, singular } = KINDS[kind]
  if (strategy.immortal?.includes(name) !== true) return
  throw forbidden(kind, name, `this ${singular} may not be deleted`)
}

export function requireSameName(patched: ObjectMeta, current: ObjectMeta): void {
  if (patched.name !== current.name) {
    const message = `the name of the object (${patched.name}) does not match the name on the URL (${current.name})`
    throw new ApiError('BadRequest', message)
  }
  if (patched.namespace !== current.namespace) {
    const message =
      'the namespace of the provided object does not match the namespace sent on the request'
    throw new ApiError('BadRequest', message)
  }
}

export function requirePreconditions(
  kind: Kind,
  { metadata }: Stored,
  { preconditions = {} }: DeletionOptions,
): void {
  const { uid, resourceVersion } = preconditions
  if (uid !== undefined && uid !== metadata.uid) {
    throw failed('UID', { wanted: uid, found: metadata.uid })
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw failed('ResourceVersion', { wanted: resourceVersion, found: metadata.resourceVersion })
  }

  function failed(
    field: 'UID' | 'ResourceVersion',
    values: { readonly wanted: string; readonly found: string },
  ): ApiError {
    return kind === 'Namespace'
      ? namespacePreconditionFailed(metadata.name, field, values)
      : preconditionFailed(kind, metadata.name, field, values)
  }
}
