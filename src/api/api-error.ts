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

const HTTP_STATUS: Readonly<Record<string, number>> = {
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Invalid: 422,
  BadRequest: 400,
  Forbidden: 403,
  Expired: 410,
  InternalError: 500,
} satisfies Readonly<Record<ApiErrorReason, number>>

/** One fault of an Invalid answer. */
export interface StatusCause {
  readonly field: string
  readonly reason: string
  readonly message: string
}

/** A request that the Kubernetes API refuses: a Status object as an exception. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** A server may have reasons that nobody here tells apart. */
  readonly reason: ApiErrorReason | (string & {})
  readonly code: number
  readonly causes: readonly StatusCause[]

  /** `code`: the HTTP status, where the reason does not decide it. */
  constructor(
    reason: ApiErrorReason | (string & {}),
    message: string,
    causes: readonly StatusCause[] = [],
    code: number = HTTP_STATUS[reason] ?? 500,
  ) {
    super(message)
    this.reason = reason
    this.code = code
    this.causes = causes
  }
}

export function isApiError(error: unknown, reason: ApiErrorReason): boolean {
  return error instanceof ApiError && error.reason === reason
}
