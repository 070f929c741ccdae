import { ApiError } from '../../api/api-error.ts'

/** Go's words around the reason, as the API server has them. */
export function unreachable(reason: string): ApiError {
  return new ApiError('ServiceUnavailable', `error trying to reach service: ${reason}`)
}
