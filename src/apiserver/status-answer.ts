import { ApiError, internalError } from '../api/api-error.ts'

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface StatusAnswer {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: object
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: { readonly retryAfterSeconds?: number }
  readonly code: number
}

/** What a client is told of a refusal. Anything but an ApiError is a fault of ours, told without its inner parts. */
export function statusOfError(error: unknown): StatusAnswer {
  if (!(error instanceof ApiError)) {
    return statusOfError(internalError('see the log'))
  }
  const { reason, message, code, causes, details } = error
  const { name, group, kind, uid, retryAfterSeconds } = details
  // In the order of the fields in Go.
  const all = {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { kind }),
    ...(uid === undefined ? {} : { uid }),
    ...(causes.length === 0 ? {} : { causes }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === 'Unknown' ? {} : { reason }),
    ...(Object.keys(all).length === 0 && !tellsEmptyDetails(error) ? {} : { details: all }),
    code,
  }
}

/** Kubernetes gives some refusals an empty `details`, and others none. */
function tellsEmptyDetails({ reason, message }: ApiError): boolean {
  return (
    ['NotFound', 'MethodNotAllowed', 'NotAcceptable', 'Invalid'].includes(reason) ||
    message.startsWith('415: ')
  )
}

export function success(details: object, code = 200): StatusAnswer {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details, code }
}

export function resourceNotFound(): ApiError {
  return new ApiError('NotFound', 'the server could not find the requested resource')
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource'
  return new ApiError('MethodNotAllowed', message)
}

export function badRequest(message: string): ApiError {
  return new ApiError('BadRequest', message)
}

export function invalidScale(name: string, replicas: number): ApiError {
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`
  return new ApiError(
    'Invalid',
    `Scale.autoscaling "${name}" is invalid: spec.replicas: ${message}`,
    [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }],
    { name, group: 'autoscaling', kind: 'Scale' },
  )
}
