import { ApiError } from '../api/api-error.ts'

/**
 * A request is let in when it carries the token (RFC 6750). The time that the comparison takes tells nothing of it.
 */
export function requireToken(authorization: string | undefined, token: string): void {
  const [scheme = '', given = ''] = (authorization ?? '').split(' ')
  if (scheme.toLowerCase() === 'bearer' && isEqualSlowly(given, token)) return
  throw new ApiError('Unauthorized', 'Unauthorized')
}

function isEqualSlowly(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length
  for (let index = 0; index < wanted.length; index++) {
    difference |= wanted.charCodeAt(index) ^ (given.charCodeAt(index) || 0)
  }
  return difference === 0
}
