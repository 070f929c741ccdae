import type { Pod } from '../../api/pod.ts'
import type { Endpoint, EndpointPort, Service } from '../../api/service.ts'
import { inSliceOrder } from '../port-order.ts'
import { endpointOf, type AddressType } from './endpoint.ts'
import { endpointKey } from './packing.ts'
import { resolvePorts } from './ports.ts'

/** A pod as a Service lists it. */
export interface PodEndpoint {
  readonly key: string
  readonly endpoint: Endpoint
  readonly ports: readonly EndpointPort[]
  /** Equal for pods that share slices. */
  readonly portSet: string
}

type Known = Map<AddressType, PodEndpoint | undefined>

/** Objects never change: what was worked out for this very Service and pod holds as long as both are there. */
const KNOWN = new WeakMap<Service, WeakMap<Pod, Known>>()

/**
 * Undefined for a pod that is not listed. A Service is looked at whenever one of its pods changes, and all the
 * others are then found here.
 */
export function podEndpointOf(
  service: Service,
  pod: Pod,
  type: AddressType,
): PodEndpoint | undefined {
  let byPod = KNOWN.get(service)
  if (byPod === undefined) KNOWN.set(service, (byPod = new WeakMap()))
  let known = byPod.get(pod)
  if (known === undefined) byPod.set(pod, (known = new Map()))
  if (!known.has(type)) known.set(type, resolve(service, pod, type))
  return known.get(type)
}

function resolve(service: Service, pod: Pod, type: AddressType): PodEndpoint | undefined {
  const endpoint = endpointOf(service, pod, type)
  if (endpoint === undefined) return undefined
  const ports = inSliceOrder(resolvePorts(service, pod))
  return { key: endpointKey(endpoint), endpoint, ports, portSet: portSetKey(ports) }
}

/** Pods and slices with the same ports have the same key. */
export function portSetKey(ports: readonly EndpointPort[]): string {
  return ports
    .map(({ name, port, protocol, appProtocol }) => [name, port, protocol, appProtocol].join(' '))
    .join()
}
