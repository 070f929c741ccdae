import type { Service } from '../api/service.ts'
import { type Arrivals, constantArrivals, type LoadPlan } from '../load/plan.ts'
import type { LoadSettings } from '../manifest/settings.ts'
import type { RequestIdentity } from '../timeline/request-id.ts'
import type { ServiceTarget } from './target.ts'

/** Connections that the generator may hold at once; far above what any lane needs, below the ports of one address. */
const CONNECTIONS_MAX = 10_000

/** The load as it will be sent: to the Service's ClusterIP, with its DNS name as Host. */
export function loadPlanOf(
  settings: LoadSettings,
  target: ServiceTarget,
  service: Service,
  runId: string,
): LoadPlan {
  const host = `${target.name}.${target.namespace}.svc`
  return {
    target: {
      host: service.spec.clusterIP ?? '',
      port: target.port,
      authority: target.port === 80 ? host : `${host}:${target.port}`,
    },
    ...(settings.protocol === 'http1' ? {} : { protocol: settings.protocol }),
    requests: settings.requests,
    arrivals: arrivalsOf(settings),
    lanes: settings.lanes,
    timeoutMs: settings.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    okStatuses: settings.okStatuses,
    ...(settings.session === undefined ? {} : { session: settings.session }),
    ...identityOf(settings, runId),
    connectionsMax: CONNECTIONS_MAX,
  }
}

/** Users who hold sessions open the next one when theirs has ended. */
function arrivalsOf({ lanes, ratePerSecond }: LoadSettings): Arrivals {
  const users = lanes.reduce((sum, { sessions = 0 }) => sum + sessions, 0)
  return users > 0 ? { kind: 'users', users } : constantArrivals(ratePerSecond)
}

/** How the requests of a run say which they are, so that logs can be searched for them. */
export function identityOf(
  { requestId: header }: LoadSettings,
  run: string,
): { readonly requestId?: RequestIdentity } {
  return header === undefined ? {} : { requestId: { header, run } }
}
