/** The reasons of a Status answer (apimachinery, StatusReason). */
export type ApiErrorReason = keyof typeof HTTP_STATUS

const HTTP_STATUS = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  Gone: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  /** Also what the server says without a reason; `code` tells more. */
  Unknown: 500,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const satisfies Readonly<Record<string, number>>

/** One fault of an Invalid answer. */
export interface StatusCause {
  readonly field?: string
  /** Faults of the server have none. */
  readonly reason?: string
  readonly message: string
}

/** What a Status answer says of the object besides its causes. */
export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  /** The resource (`deployments`), or the kind where Kubernetes says that. */
  readonly kind?: string
  readonly uid?: string
  readonly retryAfterSeconds?: number
}

/** A request that the Kubernetes API refuses: a Status object as an exception. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly reason: ApiErrorReason
  /** The HTTP status. */
  readonly code: number
  readonly causes: readonly StatusCause[]
  readonly details: StatusDetails

  constructor(
    reason: ApiErrorReason,
    message: string,
    causes: readonly StatusCause[] = [],
    { code = HTTP_STATUS[reason], ...details }: StatusDetails & { readonly code?: number } = {},
  ) {
    super(message)
    this.reason = reason
    this.code = code
    this.causes = causes
    this.details = details
  }
}

/** A fault of the server, told as Kubernetes tells one. */
export function internalError(why: string): ApiError {
  return new ApiError('InternalError', `Internal error occurred: ${why}`, [{ message: why }])
}

export function isApiError(error: unknown, reason: ApiErrorReason): boolean {
  return error instanceof ApiError && error.reason === reason
}

export function isReason(text: string): text is ApiErrorReason {
  return Object.hasOwn(HTTP_STATUS, text)
}
