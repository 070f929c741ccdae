import { ApiError } from '../api/api-error.ts'
import { API_AUDIENCE, type AccountTokens, type TokenCheck } from './account-tokens.ts'
import type { User } from './user.ts'

/** What can let a request in. */
export interface Authenticators {
  /** Of the administrator. */
  readonly token: string
  /** Absent: accounts have none. */
  readonly accountTokens: AccountTokens | undefined
}

/** The holder of the server's own token. */
const ADMIN: User = { username: 'admin', groups: ['system:masters', 'system:authenticated'] }

/** Who sends this header (RFC 6750). Throws Unauthorized. */
export function authenticate(authorization: string | undefined, all: Authenticators): User {
  const [scheme = '', given = ''] = (authorization ?? '').split(' ')
  const checked = scheme.toLowerCase() === 'bearer' ? checkToken(given, all) : undefined
  if (checked?.result === 'accepted') return checked.user
  throw new ApiError('Unauthorized', 'Unauthorized')
}

/** Whose token it is, if it is good for one of the audiences. */
export function checkToken(
  given: string,
  { token, accountTokens }: Authenticators,
  audiences: readonly string[] = [API_AUDIENCE],
): TokenCheck {
  // The administrator's says nothing of audiences: it is for the API server.
  if (isEqualSlowly(given, token) && audiences.includes(API_AUDIENCE)) {
    return { result: 'accepted', user: ADMIN, audiences: [API_AUDIENCE] }
  }
  return accountTokens?.check(given, audiences) ?? { result: 'unknown' }
}

/** The time that the comparison takes tells nothing of the token. */
function isEqualSlowly(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length
  for (let index = 0; index < wanted.length; index++) {
    difference |= wanted.charCodeAt(index) ^ (given.charCodeAt(index) || 0)
  }
  return difference === 0
}
