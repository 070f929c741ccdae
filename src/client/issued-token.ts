import { ApiError } from '../api/api-error.ts'
import { fieldsOf, textOf } from '../base/fields.ts'
import type { IssuedToken } from './client.ts'

/** What a TokenRequest is answered with. */
export function readIssuedToken(answer: unknown): IssuedToken {
  const { spec, status } = fieldsOf(answer)
  const { token, expirationTimestamp } = fieldsOf(status)
  if (typeof token !== 'string' || token === '') {
    throw new ApiError('InternalError', 'the server answered a TokenRequest without a token')
  }
  const seconds = Number(fieldsOf(spec)['expirationSeconds'])
  return {
    token,
    expirationTimestamp: textOf(expirationTimestamp),
    // A server that says nothing gives an hour.
    expirationSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : 3_600,
  }
}
