import { isPodReady, type Pod } from '../../api/pod.ts'
import type { EndpointAddress, EndpointPort, EndpointSubset, Service } from '../../api/service.ts'
import { compareTexts } from '../../base/compare-texts.ts'
import { addressOf, hostnameFor, isInEndpoints } from '../endpointslice/endpoint.ts'
import { resolvePorts } from '../endpointslice/ports.ts'
import { inSubsetOrder } from '../port-order.ts'

/**
 * The pods of a Service as subsets (pkg/api/v1/endpoints, RepackSubsets): ports that the same pods
 * offer share one, and within it addresses are sorted.
 */
export function subsetsOf(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  const byPort = new Map<string, PortGroup>()
  for (const pod of pods) addPod(byPort, service, pod)
  const subsets = new Map<string, { ports: EndpointPort[]; addresses: readonly KnownAddress[] }>()
  for (const { port, addresses } of byPort.values()) {
    const sorted = [...addresses.values()].toSorted(byAddress)
    const set = sorted.map(({ key, isReady }) => `${key} ${isReady}`).join()
    let subset = subsets.get(set)
    if (subset === undefined) subsets.set(set, (subset = { ports: [], addresses: sorted }))
    if (port !== undefined) subset.ports.push(port)
  }
  return [...subsets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { ports, addresses }]) => buildSubset(inSubsetOrder(ports), addresses))
}

interface KnownAddress {
  /** Address and pod: two pods may share the address of their node. */
  readonly key: string
  readonly address: EndpointAddress
  readonly isReady: boolean
}

interface PortGroup {
  /** Undefined: the pods of a headless Service without ports. */
  readonly port: EndpointPort | undefined
  readonly addresses: Map<string, KnownAddress>
}

function addPod(byPort: Map<string, PortGroup>, service: Service, pod: Pod): void {
  const { publishNotReadyAddresses = false, ports = [], clusterIP } = service.spec
  if (!isInEndpoints(pod, publishNotReadyAddresses)) return
  const address = endpointAddress(service, pod)
  if (address === undefined) return
  const key = `${address.ip} ${address.targetRef?.uid ?? ''}`
  const known = { key, address, isReady: publishNotReadyAddresses || isPodReady(pod) }
  const offered: readonly (EndpointPort | undefined)[] =
    ports.length === 0 && clusterIP === 'None' ? [undefined] : resolvePorts(service, pod)
  for (const one of offered) {
    const port = one === undefined ? undefined : withoutEmptyName(one)
    const portKey = JSON.stringify(port ?? null)
    let group = byPort.get(portKey)
    if (group === undefined) byPort.set(portKey, (group = { port, addresses: new Map() }))
    group.addresses.set(key, known)
  }
}

/** The pod's address of the Service's first family; undefined while it has none. */
function endpointAddress(service: Service, pod: Pod): EndpointAddress | undefined {
  const families = service.spec['ipFamilies']
  const isIPv6 = Array.isArray(families) && families[0] === 'IPv6'
  const ip = addressOf(pod, isIPv6 ? 'IPv6' : 'IPv4')
  if (ip === undefined) return undefined
  const { name, namespace, uid } = pod.metadata
  const { nodeName } = pod.spec
  const hostname = hostnameFor(service, pod)
  return {
    ...(hostname === undefined ? {} : { hostname }),
    ip,
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: {
      kind: 'Pod',
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
    },
  }
}

function buildSubset(
  ports: readonly EndpointPort[],
  addresses: readonly KnownAddress[],
): EndpointSubset {
  const ready = addresses.filter(({ isReady }) => isReady).map(({ address }) => address)
  const unready = addresses.filter(({ isReady }) => !isReady).map(({ address }) => address)
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(unready.length === 0 ? {} : { notReadyAddresses: unready }),
    ...(ports.length === 0 ? {} : { ports }),
  }
}

function withoutEmptyName({ name, ...port }: EndpointPort): EndpointPort {
  return name === undefined || name === '' ? port : { name, ...port }
}

/** By the text of the address, then by the pod's uid (LessEndpointAddress). */
function byAddress(a: KnownAddress, b: KnownAddress): number {
  return compareTexts(a.key, b.key)
}
