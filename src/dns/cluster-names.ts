import { SERVICE_NAME_LABEL, type EndpointSlice, type Service } from '../api/service.ts'
import { compareTexts } from '../base/compare-texts.ts'

/** What of Services and EndpointSlices names are answered from. */
export interface ClusterNames {
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, NamedService>
  readonly namespaces: ReadonlySet<string>
  /** Names below `svc` of an address, `service.namespace` or `endpoint.service.namespace`, sorted. */
  readonly byAddress: ReadonlyMap<string, readonly string[]>
}

export interface NamedService {
  readonly service: Service
  /** The ready ones, sorted by address. */
  readonly endpoints: readonly NamedEndpoint[]
}

export interface NamedEndpoint {
  /** Its label before the name of the Service. */
  readonly label: string
  readonly address: string
  readonly ports: readonly NamedPort[]
}

export interface NamedPort {
  readonly name: string
  /** In lower case. */
  readonly protocol: string
  readonly port: number
}

/** Of Services that are being looked up by name it is the ready endpoints that count, as CoreDNS takes them. */
export function indexNames(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
): ClusterNames {
  const endpoints = endpointsByService(slices)
  const named = new Map<string, NamedService>()
  const byAddress = new Map<string, Set<string>>()
  const add = (address: string, name: string) => {
    const names = byAddress.get(address) ?? new Set()
    byAddress.set(address, names.add(name))
  }
  for (const service of services) {
    const { name, namespace = '' } = service.metadata
    const own = endpoints.get(`${namespace}/${name}`) ?? []
    named.set(`${namespace}/${name}`, { service, endpoints: own })
    for (const address of clusterAddresses(service)) add(address, `${name}.${namespace}`)
    if (service.spec.type === 'ExternalName') continue
    for (const { address, label } of own) add(address, `${label}.${name}.${namespace}`)
  }
  return {
    services: named,
    namespaces: new Set(
      [...services, ...slices].map(({ metadata: { namespace = '' } }) => namespace),
    ),
    byAddress: new Map([...byAddress].map(([address, names]) => [address, [...names].sort()])),
  }
}

/** None of a headless Service, or of one that is only another name. */
export function clusterAddresses({ spec }: Service): readonly string[] {
  if (spec.type === 'ExternalName') return []
  const addresses = spec.clusterIPs ?? [spec.clusterIP ?? '']
  return addresses.filter((address) => address !== '' && address !== 'None')
}

export function portOf(port: {
  readonly name?: string | undefined
  readonly protocol?: string | undefined
  readonly port: number
}): NamedPort {
  return {
    name: port.name ?? '',
    protocol: (port.protocol ?? 'TCP').toLowerCase(),
    port: port.port,
  }
}

function endpointsByService(
  slices: readonly EndpointSlice[],
): ReadonlyMap<string, readonly NamedEndpoint[]> {
  // By address and label: an endpoint may be listed twice for a moment, while it moves from one slice to another.
  const found = new Map<string, Map<string, NamedEndpoint>>()
  for (const { metadata, addressType, endpoints, ports } of slices) {
    const service = metadata.labels?.[SERVICE_NAME_LABEL]
    if (service === undefined || addressType === 'FQDN') continue
    const key = `${metadata.namespace ?? ''}/${service}`
    const own = found.get(key) ?? new Map<string, NamedEndpoint>()
    found.set(key, own)
    const named = (ports ?? []).flatMap(({ port, ...rest }) =>
      port === undefined ? [] : [portOf({ ...rest, port })],
    )
    for (const { addresses, conditions, hostname } of endpoints ?? []) {
      if (conditions?.ready === false) continue
      for (const address of addresses) {
        const label = hostname === undefined || hostname === '' ? dashed(address) : hostname
        const before = own.get(`${address}|${label}`)?.ports ?? []
        own.set(`${address}|${label}`, { label, address, ports: joined(before, named) })
      }
    }
  }
  return new Map(
    [...found].map(([key, own]) => [
      key,
      [...own].sort(([a], [b]) => compareTexts(a, b)).map(([, endpoint]) => endpoint),
    ]),
  )
}

function joined(before: readonly NamedPort[], more: readonly NamedPort[]): readonly NamedPort[] {
  const isSame = (a: NamedPort, b: NamedPort) =>
    a.name === b.name && a.protocol === b.protocol && a.port === b.port
  return [...before, ...more.filter((port) => !before.some((other) => isSame(port, other)))]
}

/** The label of an endpoint without a host name, as CoreDNS makes it. */
function dashed(address: string): string {
  return address.replaceAll(/[.:]/g, '-')
}
