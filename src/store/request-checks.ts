import { ApiError } from '../api/api-error.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import type { ApiObject, ObjectMeta } from '../api/meta.ts'
import { preconditionFailed } from './refusals.ts'
import type { DeletionOptions } from './request.ts'
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
    const values = { wanted: uid, found: metadata.uid }
    throw preconditionFailed(kind, metadata.name, 'UID', values)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const values = { wanted: resourceVersion, found: metadata.resourceVersion }
    throw preconditionFailed(kind, metadata.name, 'ResourceVersion', values)
  }
}
