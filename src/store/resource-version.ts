import { ApiError } from '../api/api-error.ts'

const UINT64_MAX = 2n ** 64n - 1n

/**
 * The version that an object or a request names; 0: none. What is no version is a fault of the server in
 * Kubernetes, told in Go's words after `place`.
 */
export function parseResourceVersion(text: string | undefined, place = ''): number {
  if (text === undefined || text === '') return 0
  const why = faultOf(text)
  if (why === undefined) return Number(text)
  const message = `${place}strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`
  throw new ApiError('Unknown', message)
}

function faultOf(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return 'invalid syntax'
  return BigInt(text) > UINT64_MAX ? 'value out of range' : undefined
}

/** A list of a state that was never reached. The client may try again when it is. */
export function tooLargeVersion(version: string, current: number): ApiError {
  return new ApiError(
    'Timeout',
    `Timeout: Too large resource version: ${version}, current: ${current}`,
    [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    { retryAfterSeconds: 1 },
  )
}
