import { isPodReady, isPodTerminal, isPodTerminating, type Pod } from '../../api/pod.ts'
import type { Endpoint, Service } from '../../api/service.ts'
import { isSame } from '../canonical-json.ts'

export type AddressType = 'IPv4' | 'IPv6'

/** The pod's address of this family; undefined while it has none. */
export function addressOf({ status }: Pod, type: AddressType): string | undefined {
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? []
  if (addresses.length === 0 && status?.podIP !== undefined) addresses.push(status.podIP)
  return addresses.find((ip) => ip !== '' && ip.includes(':') === (type === 'IPv6'))
}

/** Whether a pod is listed at all: it has an address, has not finished, and is not to go unless that is wanted. */
export function isInEndpoints(pod: Pod, includeTerminating: boolean): boolean {
  if (isPodTerminal(pod)) return false
  return includeTerminating || !isPodTerminating(pod)
}

/** The name of the pod within its Service, where the pod names that one as its subdomain. */
export function hostnameFor(service: Service, { spec, metadata }: Pod): string | undefined {
  const { hostname = '' } = spec
  const { name, namespace } = service.metadata
  const isNamed = hostname !== '' && spec['subdomain'] === name && metadata.namespace === namespace
  return isNamed ? hostname : undefined
}

/**
 * The pod as an endpoint; undefined when it has no address (yet) or has finished. A terminating pod
 * stays in, for it may still serve: only `ready` goes.
 * https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
 */
export function endpointOf(service: Service, pod: Pod, type: AddressType): Endpoint | undefined {
  const address = addressOf(pod, type)
  if (address === undefined || !isInEndpoints(pod, true)) return undefined
  const serving = isPodReady(pod)
  const terminating = isPodTerminating(pod)
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating)
  const { name, namespace, uid } = pod.metadata
  const { nodeName } = pod.spec
  const hostname = hostnameFor(service, pod)
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: {
      kind: 'Pod',
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(uid === undefined ? {} : { uid }),
    },
    ...(nodeName === undefined ? {} : { nodeName }),
  }
}

/**
 * Whether a change of a pod leaves all its endpoints as they are, whatever the Services: most changes of a
 * status do (endpointslice/utils, podEndpointsChanged).
 */
export function hasSameEndpoints(left: Pod, right: Pod): boolean {
  return (
    isSame(left.metadata.labels, right.metadata.labels) &&
    isSame(left.spec, right.spec) &&
    left.status?.podIP === right.status?.podIP &&
    isSame(left.status?.podIPs, right.status?.podIPs) &&
    isPodReady(left) === isPodReady(right) &&
    isPodTerminating(left) === isPodTerminating(right) &&
    isPodTerminal(left) === isPodTerminal(right)
  )
}
