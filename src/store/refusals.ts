import { ApiError, internalError, type StatusCause, type StatusDetails } from '../api/api-error.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import type { ObjectMeta } from '../api/meta.ts'
import { invalidObjectError, type FieldFault } from '../api/validation.ts'

// The wording is that of apimachinery, pkg/api/errors, compared with a running API server 1.34.

export function notFound(kind: Kind, name: string): ApiError {
  return new ApiError('NotFound', `${resourceOf(kind)} "${name}" not found`, [], about(kind, name))
}

export function alreadyExists(
  kind: Kind,
  name: string,
  { isGoing, isGenerated }: { readonly isGoing: boolean; readonly isGenerated: boolean },
): ApiError {
  const there = `${resourceOf(kind)} "${name}" already exists`
  const message = isGenerated
    ? `${there}, the server was not able to generate a unique name for the object`
    : there
  return new ApiError(
    'AlreadyExists',
    isGoing ? `object is being deleted: ${message}` : message,
    [],
    { ...about(kind, name), ...(isGenerated ? { retryAfterSeconds: 1 } : {}) },
  )
}

/** Someone else wrote first. */
export function modifiedMeanwhile(kind: Kind, name: string): ApiError {
  return conflict(
    kind,
    { subject: resourceOf(kind), name },
    'the object has been modified; please apply your changes to the latest version and try again',
  )
}

/** An update of an object that has been replaced by another of its name, or is no more. */
export function replacedMeanwhile(
  kind: Kind,
  { namespace, name }: { readonly namespace?: string | undefined; readonly name: string },
  uids: { readonly wanted: string; readonly found: string },
): ApiError {
  const { namespaced, plural, strategy } = KINDS[kind]
  const key = namespaced ? `${namespace ?? 'default'}/${name}` : name
  return conflict(
    kind,
    { subject: resourceOf(kind), name },
    `StorageError: invalid object, Code: 4, Key: /registry/${strategy.storagePath ?? plural}/${key}, ResourceVersion: 0, AdditionalErrorMsg: ${unequal('UID', uids)}`,
  )
}

/** The same for the deletion of a Namespace, which has words of its own. */
export function namespacePreconditionFailed(
  name: string,
  field: 'UID' | 'ResourceVersion',
  values: { readonly wanted: string; readonly found: string },
): ApiError {
  return conflict('Namespace', { subject: 'namespaces', name }, unequal(field, values))
}

function unequal(
  field: string,
  { wanted, found }: { readonly wanted: string; readonly found: string },
): string {
  return `Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${found}`
}

/** Server-side apply of an object that must be a certain one, and is none. */
export function nothingToApplyTo(kind: Kind, name: string, uid: string): ApiError {
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
  return conflict(kind, { subject: resourceOf(kind), name }, why)
}

/** Kubernetes names the resource here where it elsewhere names the kind. */
export function versionMissing(kind: Kind, name: string): ApiError {
  const message = 'Invalid value: 0: must be specified for an update'
  const field = 'metadata.resourceVersion'
  return new ApiError(
    'Invalid',
    `${resourceOf(kind)} ${JSON.stringify(name)} is invalid: ${field}: ${message}`,
    [{ field, reason: 'FieldValueInvalid', message }],
    about(kind, name),
  )
}

/** A deletion whose precondition does not hold. Kubernetes names the kind here, not the resource. */
export function preconditionFailed(
  kind: Kind,
  name: string,
  field: 'UID' | 'ResourceVersion',
  values: { readonly wanted: string; readonly found: string },
): ApiError {
  const guess =
    field === 'UID'
      ? 'The object might have been deleted and then recreated'
      : 'The object might have been modified'
  return conflict(
    kind,
    { subject: kindWithGroup(kind), name },
    `the ${field} in the precondition (${values.wanted}) does not match the ${field} in record (${values.found}). ${guess}`,
  )
}

export function invalid(kind: Kind, metadata: ObjectMeta, faults: readonly FieldFault[]): ApiError {
  return invalidObjectError({ apiVersion: KINDS[kind].apiVersion, kind, metadata }, faults)
}

export function immutable(
  field: 'uid' | 'deletionTimestamp' | 'deletionGracePeriodSeconds',
  value: string | number,
): FieldFault {
  return {
    path: `metadata.${field}`,
    pointer: `/metadata/${field}`,
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: field is immutable`,
  }
}

export function forbidden(
  kind: Kind,
  name: string,
  why: string,
  causes: readonly StatusCause[] = [],
): ApiError {
  const message = `${resourceOf(kind)} "${name}" is forbidden: ${why}`
  return new ApiError('Forbidden', message, causes, about(kind, name))
}

/** Nothing new may come into a namespace that is being emptied. */
export function namespaceTerminating(kind: Kind, name: string, namespace: string): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const message = `namespace ${namespace} is being terminated`
  const cause = { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }
  return forbidden(kind, name, why, [cause])
}

/** The disk refused: nothing has changed. */
export function notWritten(error: unknown): ApiError {
  const why = error instanceof Error ? error.message : String(error)
  return internalError(`the state could not be written: ${why}`)
}

function conflict(
  kind: Kind,
  { subject, name }: { readonly subject: string; readonly name: string },
  why: string,
): ApiError {
  const message = `Operation cannot be fulfilled on ${subject} "${name}": ${why}`
  const details = about(kind, name)
  // Where the message says the kind, the details do too.
  return new ApiError(
    'Conflict',
    message,
    [],
    subject === kindWithGroup(kind) ? { ...details, kind } : details,
  )
}

function about(kind: Kind, name: string): StatusDetails {
  const { apiVersion, plural } = KINDS[kind]
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : []
  return { name, kind: plural, ...(group === undefined ? {} : { group }) }
}

/** `pods`, `deployments.apps`. */
function resourceOf(kind: Kind): string {
  return withGroup(kind, KINDS[kind].plural)
}

/** `Pod`, `Deployment.apps`. */
function kindWithGroup(kind: Kind): string {
  return withGroup(kind, kind)
}

function withGroup(kind: Kind, word: string): string {
  const { apiVersion } = KINDS[kind]
  return apiVersion.includes('/') ? `${word}.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : word
}
