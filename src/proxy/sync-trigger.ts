import type { EndpointSlice, Service } from '../api/service.ts'
import { isRouted, isTcp } from './routes.ts'

/**
 * What of an EndpointSlice kube-proxy compares to decide whether it must sync: every endpoint with
 * its conditions, ready or not. An endpoint that is added before it is ready therefore causes a sync,
 * which changes no route and yet makes the next one wait; a new annotation causes none.
 * Undefined when the slice is not there.
 */
export function sliceContent(slice: EndpointSlice | undefined): string | undefined {
  if (slice === undefined) return undefined
  // A real API server writes `null` for a slice without any.
  const { addressType, ports, endpoints } = slice
  return JSON.stringify([
    addressType,
    (ports ?? []).map(({ name, port, protocol }) => [name, port, protocol]),
    (endpoints ?? []).map(({ addresses, conditions, nodeName }) => [
      addresses,
      conditions?.ready,
      conditions?.serving,
      conditions?.terminating,
      nodeName,
    ]),
  ])
}

/** The same for a Service: its address and ports. Undefined when there is nothing to route. */
export function serviceContent(service: Service | undefined): string | undefined {
  if (service === undefined || !isRouted(service)) return undefined
  const { clusterIP, ports = [] } = service.spec
  return JSON.stringify([clusterIP, ports.filter(isTcp).map(({ name, port }) => [name, port])])
}
