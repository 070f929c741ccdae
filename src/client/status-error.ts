import {
  ApiError,
  isReason,
  type ApiErrorReason,
  type StatusCause,
  type StatusDetails,
} from '../api/api-error.ts'
import { isFields, textOf } from '../base/fields.ts'
import { parseJson } from '../base/parse-json.ts'
import { CallError, type CallAnswer } from '../world/http-caller.ts'

/** The error of an answer that is no success: its Status object, or what is left to say without one. */
export function errorOfAnswer({ status, headers, body }: CallAnswer): ApiError {
  const parsed = parseJson(body)
  if (isFields(parsed) && parsed['kind'] === 'Status') return errorOfStatus(parsed, status)
  // Not from the API server itself: a proxy before it, mostly.
  const text = body.trim().slice(0, 300)
  const message = `the server answered ${status}${text === '' ? '' : `: ${text}`}`
  const retryAfterSeconds = Number(headers['retry-after'] ?? Number.NaN)
  return new ApiError(reasonOfCode(status), message, [], {
    code: status,
    ...(Number.isFinite(retryAfterSeconds) ? { retryAfterSeconds } : {}),
  })
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export function errorOfStatus(
  status: Readonly<Record<string, unknown>>,
  fallbackCode: number,
): ApiError {
  const code = typeof status['code'] === 'number' ? status['code'] : fallbackCode
  const reason = textOf(status['reason'])
  const known = isReason(reason) ? reason : reason === '' ? reasonOfCode(code) : 'Unknown'
  const message = textOf(status['message']) || `the server answered ${code} ${reason}`
  const details = isFields(status['details']) ? status['details'] : {}
  return new ApiError(known, message, causesOf(details), { code, ...detailsOf(details) })
}

/**
 * There was no answer: for whoever asked, the server is not there at the moment. Whether it has acted is
 * not known; a component that works level-triggered finds out by looking.
 */
export function errorOfCall(error: unknown): unknown {
  if (!(error instanceof CallError)) return error
  const { code, message } = error
  const text = `no answer from the API server: ${message} (${code})`
  return code === 'TIMEOUT'
    ? new ApiError('Timeout', text)
    : new ApiError('ServiceUnavailable', text)
}

/** Of answers that name no reason (apimachinery, api/errors, NewGenericServerResponse). */
const REASONS: ReadonlyMap<number, ApiErrorReason> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [406, 'NotAcceptable'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [413, 'RequestEntityTooLarge'],
  [415, 'UnsupportedMediaType'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
])

function reasonOfCode(code: number): ApiErrorReason {
  return REASONS.get(code) ?? 'Unknown'
}

function causesOf({ causes }: Readonly<Record<string, unknown>>): readonly StatusCause[] {
  if (!Array.isArray(causes)) return []
  return causes.filter(isFields).map(({ field, reason, message }) => ({
    ...(typeof field === 'string' ? { field } : {}),
    reason: textOf(reason),
    message: textOf(message),
  }))
}

function detailsOf(details: Readonly<Record<string, unknown>>): StatusDetails {
  const { name, group, kind, uid, retryAfterSeconds } = details
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof group === 'string' ? { group } : {}),
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
  }
}
