import type { Service } from '../api/service.ts'
import { type Arrivals, constantArrivals, type LoadPlan } from '../load/plan.ts'
import type { LoadSettings } from '../manifest/settings.ts'
import type { RequestIdentity } from '../timeline/request-id.ts'
import type { TlsOptions } from '../world/network.ts'
import type { ServiceTarget } from './target.ts'

/** Connections that the generator may hold at once; far above what any lane needs, below the ports of one address. */
const CONNECTIONS_MAX = 10_000

/** TLS to a Service, whose DNS name is the server's unless there is another one. */
export type LoadTls = Omit<TlsOptions, 'serverName'> & Partial<Pick<TlsOptions, 'serverName'>>

/** The load as it will be sent: to the Service's ClusterIP, with its DNS name as Host. */
export function loadPlanOf(
  settings: LoadSettings,
  { target, service, tls }: LoadAim,
  runId: string,
): LoadPlan {
  const host = `${target.name}.${target.namespace}.svc`
  const portOfScheme = tls === undefined ? 80 : 443
  return {
    target: {
      host: service.spec.clusterIP ?? '',
      port: target.port,
      authority: target.port === portOfScheme ? host : `${host}:${target.port}`,
      ...(tls === undefined ? {} : { tls: { serverName: host, ...tls } }),
    },
    ...(settings.protocol === 'http1' ? {} : { protocol: settings.protocol }),
    requests: settings.requests,
    arrivals: arrivalsOf(settings),
    lanes: settings.lanes,
    timeoutMs: settings.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    okStatuses: settings.okStatuses,
    ...(settings.expected === undefined ? {} : { expected: settings.expected }),
    ...(settings.session === undefined ? {} : { session: settings.session }),
    ...identityOf(settings, runId),
    connectionsMax: CONNECTIONS_MAX,
  }
}

/** Where the load goes. */
export interface LoadAim {
  readonly target: ServiceTarget
  readonly service: { readonly spec: Pick<Service['spec'], 'clusterIP'> }
  readonly tls?: LoadTls | undefined
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
