import type { RequestRecord } from '../timeline/ledger.ts'
import type { EndpointCounts } from './endpoint-history.ts'
import type { ContainerLife, PodLife } from './pod-life.ts'
import type { Route } from './routes.ts'
import type { RunView } from './run-view.ts'

/** A dropped request beside all that is known of where it went. */
export interface DropView {
  readonly record: RequestRecord
  /** When it met its fate: refused at its end, otherwise from its sending on. */
  readonly at: number
  /** It was the first request of its connection. */
  readonly onNewConnection: boolean
  readonly route: Route | undefined
  /** When that endpoint was chosen: a route that was reported in a batch may be stamped later than it was taken. */
  readonly routedAt: number | undefined
  /** The pod behind the routed endpoint. */
  readonly pod: PodLife | undefined
  /** The container of that pod that serves the endpoint's port. */
  readonly container: ContainerLife | undefined
  /** Endpoints of the target Service at `at`, as the API showed them. */
  readonly observed: EndpointCounts | undefined
  /** Endpoints that the proxy sent new connections to at `at`. */
  readonly programmed: number | undefined
}

export function viewDrop(record: RequestRecord, view: RunView): DropView {
  const at = momentOf(record)
  const route = view.routes.routeOf(record)
  const pod = view.podOf(record)
  return {
    record,
    at,
    onNewConnection: record.requestsBefore === 0,
    route,
    routedAt: route === undefined ? undefined : Math.min(route.at, record.endedAt),
    pod,
    container: pod === undefined ? undefined : containerOf(pod, route, view),
    observed: view.endpoints.observedAt(at),
    programmed: view.endpoints.programmedAt(at),
  }
}

/** The connection was never made to an endpoint, whatever the client itself saw of it. */
export function failedToConnect({ record, route }: DropView): boolean {
  // A user-space proxy accepts before it knows: what its own attempt met counts, not the client's reset.
  if (route !== undefined) return route.result !== 'connected'
  return record.outcome.startsWith('connect-')
}

/** The connection, or the request's stream of it, ended before the answer did. */
export function endedEarly({ record: { outcome, errno } }: DropView): boolean {
  return (
    // In the handshake, by the kernel: TLS itself has found nothing wrong.
    (outcome === 'tls' && (errno === 'ECONNRESET' || errno === 'EPIPE')) ||
    outcome === 'reset-fresh' ||
    outcome === 'reset-reused' ||
    outcome === 'eof-fresh' ||
    outcome === 'eof-reused' ||
    outcome === 'truncated' ||
    outcome === 'ws-closed' ||
    outcome === 'stream-ended' ||
    outcome === 'h2-goaway-unprocessed' ||
    outcome === 'h2-refused-stream' ||
    outcome === 'h2-reset'
  )
}

/** An HTTP/2 server that was leaving said that it had not looked at the request, however long that took. */
export function wasDenied({ record: { outcome } }: DropView): boolean {
  return outcome === 'h2-goaway-unprocessed' || outcome === 'h2-refused-stream'
}

function momentOf({ outcome, sentAt, intendedAt, endedAt }: RequestRecord): number {
  if (sentAt > 0) return sentAt
  return outcome === 'connect-refused' ? endedAt : intendedAt
}

function containerOf(
  pod: PodLife,
  route: Route | undefined,
  view: RunView,
): ContainerLife | undefined {
  const serving = view.manifest.servingContainer(route?.endpoint.port)
  const named = serving === undefined ? undefined : pod.containers.get(serving.container.name)
  return named ?? [...pod.containers.values()][0]
}
