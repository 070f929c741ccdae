import { ApiError, type StatusDetails } from '../api/api-error.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import type { ObjectMeta } from '../api/meta.ts'
import { invalidObjectError, type FieldFault } from '../api/validation.ts'

// The wording is that of apimachinery, pkg/api/errors, compared with a running API server 1.34.

export function notFound(kind: Kind, name: string): ApiError {
  return new ApiError('NotFound', `${resourceOf(kind)} "${name}" not found`, [], about(kind, name))
}

export function alreadyExists(kind: Kind, name: string): ApiError {
  const message = `${resourceOf(kind)} "${name}" already exists`
  return new ApiError('AlreadyExists', message, [], about(kind, name))
}

/** Someone else wrote first. */
export function modifiedMeanwhile(kind: Kind, name: string): ApiError {
  return conflict(
    kind,
    { subject: resourceOf(kind), name },
    'the object has been modified; please apply your changes to the latest version and try again',
  )
}

/** An update of an object that has been replaced by another of its name. */
export function replacedMeanwhile(
  kind: Kind,
  name: string,
  uids: { readonly wanted: string; readonly found: string },
): ApiError {
  return conflict(
    kind,
    { subject: resourceOf(kind), name },
    `Precondition failed: UID in precondition: ${uids.wanted}, UID in object meta: ${uids.found}`,
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

export function immutable(field: 'uid' | 'deletionTimestamp', value: string): FieldFault {
  return {
    path: `metadata.${field}`,
    pointer: `/metadata/${field}`,
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: field is immutable`,
  }
}

export function forbidden(kind: Kind, name: string, why: string): ApiError {
  const message = `${resourceOf(kind)} "${name}" is forbidden: ${why}`
  return new ApiError('Forbidden', message, [], about(kind, name))
}

function conflict(
  kind: Kind,
  { subject, name }: { readonly subject: string; readonly name: string },
  why: string,
): ApiError {
  const message = `Operation cannot be fulfilled on ${subject} "${name}": ${why}`
  return new ApiError('Conflict', message, [], about(kind, name))
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
