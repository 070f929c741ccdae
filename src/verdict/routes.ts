import type { Fact, FactOf } from '../timeline/fact.ts'
import { factsOf } from '../timeline/query.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import { latestAt, nextAfter } from './history.ts'

export type Route = FactOf<'connection-routed'>

/** Finds the data plane's own word on where a request's connection went. */
export interface Routes {
  readonly known: boolean
  routeOf(record: RequestRecord): Route | undefined
}

/** A route may be stamped when it was reported, this much after the connection. */
const REPORT_DELAY_NS = 1e9

/**
 * Joins by the client's port: a connection is the last one routed from that port before the
 * request ended, for a port is free again only after its connection has ended.
 */
export function routesOf(facts: readonly Fact[]): Routes {
  const byPort = Map.groupBy(factsOf(facts, 'connection-routed'), ({ clientPort }) => clientPort)
  return {
    known: byPort.size > 0,
    routeOf({ localPort, endedAt }) {
      const routes = localPort === 0 ? undefined : byPort.get(localPort)
      if (routes === undefined) return undefined
      const route = latestAt(routes, endedAt)
      if (route !== undefined) return route
      const late = nextAfter(routes, endedAt)
      return late !== undefined && late.at <= endedAt + REPORT_DELAY_NS ? late : undefined
    },
  }
}
