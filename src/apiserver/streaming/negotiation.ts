import { ApiError } from '../../api/api-error.ts'
import type { UpgradeRequest } from '../../world/http-server.ts'

/** What a client wants to speak after its request, and in which of its dialects, best first. */
export interface WantedUpgrade {
  readonly to: 'websocket' | 'spdy'
  readonly protocols: readonly string[]
}

/** Throws ApiError BadRequest for another upgrade. */
export function wantedUpgrade({ headers }: UpgradeRequest): WantedUpgrade {
  const upgrade = headers['upgrade']?.toLowerCase() ?? ''
  if (upgrade === 'websocket') {
    return { to: 'websocket', protocols: listOf(headers['sec-websocket-protocol']) }
  }
  if (upgrade === 'spdy/3.1') {
    return { to: 'spdy', protocols: listOf(headers['x-stream-protocol-version']) }
  }
  throw upgradeRequired()
}

/** The answer to an ordinary request for what needs an upgrade. */
export function upgradeRequired(): ApiError {
  return new ApiError('BadRequest', 'Upgrade request required')
}

/** The kubelet's answer to a client that speaks none of its versions. */
export function refuseProtocols(
  request: UpgradeRequest,
  offered: readonly string[],
  known: readonly string[],
): void {
  const headers = { 'content-type': 'text/plain', 'X-Accepted-Stream-Protocol-Versions': known }
  const text = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${known.join(' ')}]`
  request.refuse(403, headers, text)
}

function listOf(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
