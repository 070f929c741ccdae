import type { RequestRecord } from '../timeline/ledger.ts'
import { isLocalLimit } from '../timeline/local-limit.ts'
import { isDropped } from './dropped.ts'
import type { Routes } from './routes.ts'

/** The errno of a limit of this machine that kept the forwarder from connecting to an endpoint for this request. */
export function ownLimitsOf(record: RequestRecord, routes: Routes): string | undefined {
  const { errno } = routes.routeOf(record) ?? {}
  return isLocalLimit(errno) ? errno : undefined
}

/**
 * What the forwarder had no file descriptor or port for looks to the generator like a reset by the
 * service. It is neither's doing: it counts as a limit of this machine, and so as no drop.
 */
export function withoutOwnLimits(
  requests: readonly RequestRecord[],
  routes: Routes,
): readonly RequestRecord[] {
  if (!routes.known) return requests
  return requests.map((record) =>
    isDropped(record) && ownLimitsOf(record, routes) !== undefined
      ? { ...record, outcome: 'local-limit' }
      : record,
  )
}
