import type { EndpointPort } from '../api/service.ts'
import { md5 } from './md5.ts'

/**
 * The order of the ports in an EndpointSlice (endpointslice/util, NewPortMapKey): by a digest of Go's
 * dump of each. It means nothing, but it is what everybody sees.
 */
export function inSliceOrder(ports: readonly EndpointPort[]): readonly EndpointPort[] {
  return byDigest(ports, ({ name = '', port, protocol, appProtocol = '<nil>' }) => {
    const known = `Name:(*string)${name} Protocol:(*v1.Protocol)${protocol} Port:(*int32)${port}`
    return `(v1.EndpointPort){${known} AppProtocol:(*string)${appProtocol}}`
  })
}

/** The order of the ports in a subset of Endpoints (pkg/api/v1/endpoints, SortSubsets). */
export function inSubsetOrder(ports: readonly EndpointPort[]): readonly EndpointPort[] {
  return byDigest(ports, ({ name = '', port, protocol, appProtocol = '<nil>' }) => {
    const known = `Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol}`
    return `(v1.EndpointPort){${known} AppProtocol:(*string)${appProtocol}}`
  })
}

function byDigest(
  ports: readonly EndpointPort[],
  dump: (port: EndpointPort) => string,
): readonly EndpointPort[] {
  if (ports.length < 2) return ports
  return ports
    .map((port) => ({ port, digest: md5(dump(port)) }))
    .toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
    .map(({ port }) => port)
}
