/** The reasons of a Status answer that components tell apart (apimachinery, StatusReason). */
export type ApiErrorReason =
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Invalid'
  | 'BadRequest'
  | 'Forbidden'
  | 'Expired'
  | 'InternalError'

const HTTP_STATUS: Readonly<Record<ApiErrorReason, number>> = {
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Invalid: 422,
  BadRequest: 400,
  Forbidden: 403,
  Expired: 410,
  InternalError: 500,
}

/** One fault of an Invalid answer. */
export interface StatusCause {
  readonly field: string
  readonly reason: string
  readonly message: string
}

/** A request that the Kubernetes API refuses: a Status object as an exception. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly reason: ApiErrorReason
  readonly code: number
  readonly causes: readonly StatusCause[]

  constructor(reason: ApiErrorReason, message: string, causes: readonly StatusCause[] = []) {
    super(message)
    this.reason = reason
    this.code = HTTP_STATUS[reason]
    this.causes = causes
  }
}

export function isApiError(error: unknown, reason: ApiErrorReason): boolean {
  return error instanceof ApiError && error.reason === reason
}
