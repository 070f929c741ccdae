import { ApiError } from '../api-error.ts'
import { isNestedDeeper } from '../nesting.ts'
import { formatGo, goTypeOf } from './go-format.ts'

/** No object of the API is a tenth as deep; the functions here recurse no deeper. */
const DEPTH_MAX = 1_000

/** What the decoder of a patch says of a body that is not one. */
export function badPatch(message: string): ApiError {
  return new ApiError('BadRequest', message)
}

/**
 * What the server answers when a JSON patch cannot be carried out. It does not say which operation
 * failed, nor why (apimachinery, NewGenericServerResponse).
 */
export function patchRejected(): ApiError {
  const message = 'the server rejected our request due to an error in our request'
  return new ApiError('Invalid', message)
}

/**
 * A fault that the server passes on without a reason and, although it is the client's, as its own.
 * (apiserver, interpretStrategicMergePatchError).
 */
export function patchFault(message: string): ApiError {
  return new ApiError('Unknown', message)
}

export function wrongType(expected: string, actual: unknown): ApiError {
  return patchFault(`expected a ${expected}, but received a ${goTypeOf(actual)}`)
}

/** What the server answers when the result of a patch is not an object of its kind. */
export function patchInvalid(value: string, why: string): ApiError {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`
  const cause = { reason: 'FieldValueInvalid', message, field: 'patch' }
  return new ApiError('Invalid', ` "" is invalid: patch: ${message}`, [cause])
}

/** The same for a strategic merge patch, of which the server shows the patch as Go prints it. */
export function strategicPatchInvalid(patch: unknown, why: string): ApiError {
  return patchInvalid(formatGo(patch), why)
}

/** What Go's decoder calls the type of a JSON value. */
export function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (value === null) return 'null'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

export function requireBoundedDepth(value: unknown, refusal: () => ApiError): void {
  if (isNestedDeeper(value, DEPTH_MAX)) throw refusal()
}

/** `doing` is where the decoder of that patch type says what it was doing. */
export function tooDeep(doing = ''): ApiError {
  return badPatch(`${doing}invalid character '{' exceeded max depth`)
}
