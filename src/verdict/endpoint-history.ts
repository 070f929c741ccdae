import type { Fact, FactOf } from '../timeline/fact.ts'
import { factsOf } from '../timeline/query.ts'
import { latestAt } from './history.ts'
import type { RunDescription } from './recording.ts'

/** The endpoints of the target Service over time: as the API shows them, and as the proxy acts on them. */
export interface EndpointHistory {
  /** The port of the pods that the Service's port leads to; undefined before any endpoint. */
  readonly podPort: number | undefined
  /** Undefined before the first fact. */
  observedAt(at: number): EndpointCounts | undefined
  /** Endpoints that new connections go to; undefined before the first fact. */
  programmedAt(at: number): number | undefined
  /**
   * How long new connections went on going to `ip`, which they did at `at`: Infinity when to the end
   * of the recording, undefined when they did not at `at`.
   */
  chosenUntil(ip: string, at: number): number | undefined
  /** New connections went to `ip` at any time. */
  wasChosen(ip: string): boolean
}

/** Kubernetes' proxies use ready endpoints, and only without any those that serve while terminating (KEP-1669). */
export interface EndpointCounts {
  readonly ready: number
  readonly servingTerminating: number
}

export function endpointHistoryOf(
  facts: readonly Fact[],
  { namespace, name, port }: RunDescription['target']['service'],
): EndpointHistory {
  const isTarget = ({ service }: FactOf<'endpoints-observed' | 'proxy-programmed'>) =>
    service.namespace === namespace && service.name === name
  const observed = factsOf(facts, 'endpoints-observed').filter(isTarget)
  const programmed = factsOf(facts, 'proxy-programmed').filter(
    (fact) => isTarget(fact) && fact.port === port,
  )
  return {
    podPort: programmed.find(({ endpoints }) => endpoints.length > 0)?.endpoints[0]?.port,
    observedAt(at) {
      const latest = latestAt(observed, at)
      return latest === undefined ? undefined : countEndpoints(latest.endpoints)
    },
    programmedAt: (at) => latestAt(programmed, at)?.endpoints.length,
    chosenUntil(ip, at) {
      const latest = latestAt(programmed, at)
      if (latest === undefined || !has(latest, ip)) return undefined
      return programmed.find((fact) => fact.at > at && !has(fact, ip))?.at ?? Infinity
    },
    wasChosen: (ip) => programmed.some((fact) => has(fact, ip)),
  }
}

function has({ endpoints }: FactOf<'proxy-programmed'>, ip: string): boolean {
  return endpoints.some((endpoint) => endpoint.ip === ip)
}

/** A Service of several ports lists each address once per port: addresses count, not rows. */
function countEndpoints(endpoints: FactOf<'endpoints-observed'>['endpoints']): EndpointCounts {
  const ready = new Set<string>()
  const servingTerminating = new Set<string>()
  for (const endpoint of endpoints) {
    if (endpoint.ready) ready.add(endpoint.ip)
    else if (endpoint.serving && endpoint.terminating) servingTerminating.add(endpoint.ip)
  }
  return { ready: ready.size, servingTerminating: servingTerminating.size }
}
