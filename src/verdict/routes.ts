import type { Fact, FactOf } from '../timeline/fact.ts'
import { factsOf } from '../timeline/query.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { latestAt, nextAfter } from './history.ts'
import type { RunDescription } from './recording.ts'

export type Route = FactOf<'connection-routed'>

/** Finds the data plane's own word on where a request's connection went. */
export interface Routes {
  readonly known: boolean
  routeOf(record: RequestRecord): Route | undefined
}

/** A route may be stamped when it was reported, this much after the connection. */
const REPORT_DELAY_NS = 1e9

/**
 * Joins by the client's port, which is used again once its connection has ended: a connection is the
 * last one routed from its port to the target Service between the intended start and the end of its
 * first request. One that never reached an endpoint has none, whoever had its port before.
 */
export function routesOf(
  facts: readonly Fact[],
  requests: readonly RequestRecord[],
  service: RunDescription['target']['service'],
): Routes {
  const routed = factsOf(facts, 'connection-routed')
  const ofTarget = routed.filter(
    (route) =>
      route.service.name === service.name &&
      (route.service.namespace ?? 'default') === service.namespace,
  )
  const byPort = Map.groupBy(ofTarget, ({ clientPort }) => clientPort)
  const openers = new Map(
    requests
      .filter(({ requestsBefore }) => requestsBefore === 0)
      .map((record) => [record.connection, record]),
  )
  return {
    known: routed.length > 0,
    routeOf(record) {
      const routes = record.localPort === 0 ? undefined : byPort.get(record.localPort)
      if (routes === undefined) return undefined
      const opener = openerOf(record, openers)
      const endedAt = opener?.endedAt ?? record.endedAt
      const route = latestAt(routes, endedAt)
      if (route !== undefined && route.at >= (opener?.intendedAt ?? 0)) return route
      const late = nextAfter(routes, endedAt)
      return late !== undefined && late.at <= endedAt + REPORT_DELAY_NS ? late : undefined
    },
  }
}

/** The first request of the record's connection; undefined where the ledger lacks it. */
function openerOf(
  record: RequestRecord,
  openers: ReadonlyMap<number, RequestRecord>,
): RequestRecord | undefined {
  return record.requestsBefore === 0 ? record : openers.get(record.connection)
}
