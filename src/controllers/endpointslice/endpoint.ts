import { isPodReady, isPodTerminal, isPodTerminating, type Pod } from '../../api/pod.ts'
import type { Endpoint, Service } from '../../api/service.ts'
import { isSame } from '../canonical-json.ts'

export type AddressType = 'IPv4' | 'IPv6'

/** The pod's address of this family; undefined while it has none. */
function addressOf({ status }: Pod, type: AddressType): string | undefined {
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? []
  if (addresses.length === 0 && status?.podIP !== undefined) addresses.push(status.podIP)
  return addresses.find((ip) => ip !== '' && ip.includes(':') === (type === 'IPv6'))
}

/**
 * The pod as an endpoint; undefined when it has no address (yet) or has finished. A terminating pod
 * stays in, for it may still serve: only `ready` goes.
 * https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
 */
export function endpointOf(service: Service, pod: Pod, type: AddressType): Endpoint | undefined {
  const address = addressOf(pod, type)
  if (address === undefined || isPodTerminal(pod)) return undefined
  const serving = isPodReady(pod)
  const terminating = isPodTerminating(pod)
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating)
  const { name, namespace, uid } = pod.metadata
  const { nodeName } = pod.spec
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
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
