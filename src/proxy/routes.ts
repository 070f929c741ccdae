import {
  SERVICE_NAME_LABEL,
  type Endpoint,
  type EndpointSlice,
  type Service,
  type ServicePort,
} from '../api/service.ts'
import { compareTexts } from '../base/compare-texts.ts'
import type { RouteEndpoint, ServiceRoute } from './data-plane.ts'

/**
 * The routes that Services and EndpointSlices ask for, as kube-proxy plans them for
 * `internalTrafficPolicy: Cluster`: all ready endpoints; if none is ready, all that are serving and
 * terminating (KEP-1669, ProxyTerminatingEndpoints); else none, and connections are refused.
 * Headless and ExternalName Services have no address to route, and only TCP is. Sorted by Service,
 * then port, then endpoint, whatever the order of the input. `ownNodes`: the only ones whose pods are reached. Absent: all are.
 * https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export function planRoutes(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  ownNodes?: ReadonlySet<string>,
): readonly ServiceRoute[] {
  const slicesByService = groupByService(slices)
  return services
    .filter(isRouted)
    .flatMap((service) =>
      routesOf(service, slicesByService.get(serviceKey(service)) ?? [], ownNodes),
    )
    .sort((a, b) => compareTexts(routeKey(a), routeKey(b)))
}

/** False for Services that no proxy acts on: headless, ExternalName, or without an address so far. */
export function isRouted({ spec }: Service): boolean {
  const { type, clusterIP } = spec
  return (
    type !== 'ExternalName' && clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None'
  )
}

/** Kubernetes' default protocol is TCP, on Services and EndpointSlices alike. */
export function isTcp({ protocol }: { readonly protocol?: ServicePort['protocol'] }): boolean {
  return protocol === undefined || protocol === 'TCP'
}

function routesOf(
  service: Service,
  slices: readonly EndpointSlice[],
  ownNodes: ReadonlySet<string> | undefined,
): ServiceRoute[] {
  const { name, namespace } = service.metadata
  const clusterIP = service.spec.clusterIP ?? ''
  const addressType = clusterIP.includes(':') ? 'IPv6' : 'IPv4'
  const sameFamily = slices.filter((slice) => slice.addressType === addressType)
  return (service.spec.ports ?? []).filter(isTcp).map((port) => ({
    service: { kind: 'Service', ...(namespace === undefined ? {} : { namespace }), name },
    clusterIP,
    port: port.port,
    endpoints: selectEndpoints(candidatesFor(port, sameFamily, ownNodes)),
  }))
}

interface Candidate {
  readonly endpoint: Endpoint
  readonly address: RouteEndpoint
}

/** A Service port and a slice port belong together by name; an unnamed one is named ''. */
function candidatesFor(
  servicePort: ServicePort,
  slices: readonly EndpointSlice[],
  ownNodes: ReadonlySet<string> | undefined,
): Candidate[] {
  return slices.flatMap(({ ports, endpoints }) =>
    (ports ?? [])
      .filter((port) => isTcp(port) && (port.name ?? '') === (servicePort.name ?? ''))
      .flatMap(({ port }) =>
        port === undefined ? [] : (endpoints ?? []).flatMap(candidateAt(port, ownNodes)),
      ),
  )
}

/** Of several addresses only the first is used, as the EndpointSlice API says: they are fungible. */
function candidateAt(
  port: number,
  ownNodes: ReadonlySet<string> | undefined,
): (endpoint: Endpoint) => Candidate[] {
  return (endpoint) => {
    const { addresses, nodeName } = endpoint
    const [ip] = addresses
    const isElsewhere = ownNodes !== undefined && nodeName !== undefined && !ownNodes.has(nodeName)
    const address = { ip: ip ?? '', port, ...(isElsewhere && { isElsewhere }) }
    return ip === undefined ? [] : [{ endpoint, address }]
  }
}

function selectEndpoints(candidates: readonly Candidate[]): readonly RouteEndpoint[] {
  const ready = candidates.filter(({ endpoint }) => isReady(endpoint))
  const chosen =
    ready.length > 0 ? ready : candidates.filter(({ endpoint }) => isLastResort(endpoint))
  // An endpoint may be listed twice for a moment, while it moves from one slice to another.
  const byAddress = new Map(chosen.map(({ address }) => [`${address.ip}:${address.port}`, address]))
  return [...byAddress].sort(([a], [b]) => compareTexts(a, b)).map(([, address]) => address)
}

/** A condition that is not set counts as: ready, serving, not terminating (EndpointConditions). */
function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true
}

function isLastResort({ conditions }: Endpoint): boolean {
  return (conditions?.serving ?? true) && (conditions?.terminating ?? false)
}

function groupByService(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>()
  for (const slice of slices) {
    const name = slice.metadata.labels?.[SERVICE_NAME_LABEL]
    if (name === undefined) continue
    const key = `${slice.metadata.namespace ?? ''}/${name}`
    groups.set(key, [...(groups.get(key) ?? []), slice])
  }
  return groups
}

function serviceKey({ metadata }: Service): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

/** Ports in numeric order: they have five digits at most. */
function routeKey({ service, port }: ServiceRoute): string {
  return `${service.namespace ?? ''}/${service.name}:${String(port).padStart(5, '0')}`
}
