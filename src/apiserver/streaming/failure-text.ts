import { ApiError } from '../../api/api-error.ts'

/**
 * What a client is told of a node's refusal. Anything but an ApiError is a fault of ours: it goes to `onError`, and the
 * client is not told its inner parts.
 */
export function failureText(error: unknown, onError: (error: unknown) => void): string {
  if (error instanceof ApiError) return error.message
  onError(error)
  return 'Internal error occurred: see the log'
}
