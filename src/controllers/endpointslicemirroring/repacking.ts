import type {
  Endpoint,
  EndpointAddress,
  EndpointPort,
  EndpointSlice,
  Endpoints,
} from '../../api/service.ts'
import { compareTexts } from '../../base/compare-texts.ts'
import { inSubsetOrder } from '../port-order.ts'

/** kube-controller-manager, --mirroring-max-endpoints-per-subset. */
export const ENDPOINTS_PER_SUBSET_MAX = 1_000

/** What one slice is to have. */
export interface MirroredSet {
  readonly addressType: EndpointSlice['addressType']
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

export interface Repacked {
  readonly sets: readonly MirroredSet[]
  /** Addresses beyond what a subset may have. */
  readonly skipped: number
}

interface Known {
  readonly address: EndpointAddress
  readonly isReady: boolean
}

/**
 * The subsets in their canonical form (pkg/api/v1/endpoints, RepackSubsets): ports with the same addresses share one, and
 * an address that is both ready and not, is not; then a set for each address family.
 */
export function repackSubsets({ subsets = [] }: Endpoints): Repacked {
  const byPort = new Map<
    string,
    { readonly port: EndpointPort | undefined; readonly known: Map<string, Known> }
  >()
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const key = JSON.stringify([port?.name, port?.port, port?.protocol, port?.appProtocol])
      const { known } = byPort.get(key) ?? { known: new Map<string, Known>() }
      byPort.set(key, { port, known })
      for (const address of addresses) addAddress(known, address, true)
      for (const address of notReadyAddresses) addAddress(known, address, false)
    }
  }
  const groups = Map.groupBy(byPort.values(), ({ known }) =>
    [...known]
      .map(([key, { isReady }]) => `${key} ${isReady}`)
      .toSorted()
      .join(),
  )
  const sets: MirroredSet[] = []
  let skipped = 0
  for (const group of groups.values()) {
    const ports = group.map(({ port }) => port).filter((port) => port !== undefined)
    const all = [...(group[0]?.known.values() ?? [])].toSorted(readyFirst)
    skipped += Math.max(0, all.length - ENDPOINTS_PER_SUBSET_MAX)
    const endpoints = all.slice(0, ENDPOINTS_PER_SUBSET_MAX).map(endpointOf).toSorted(byAddress)
    for (const addressType of ['IPv4', 'IPv6'] as const) {
      const ofType = endpoints.filter((one) => typeOf(one) === addressType)
      if (ofType.length > 0) {
        sets.push({ addressType, ports: inSubsetOrder(ports), endpoints: ofType })
      }
    }
  }
  return { sets, skipped }
}

function addAddress(known: Map<string, Known>, address: EndpointAddress, isReady: boolean): void {
  const key = `${address.ip} ${address.targetRef?.uid ?? ''}`
  const before = known.get(key)
  if (before === undefined) known.set(key, { address, isReady })
  else if (!isReady) known.set(key, { ...before, isReady })
}

/** Those that are ready go before the others where not all have room. */
function readyFirst(a: Known, b: Known): number {
  return Number(b.isReady) - Number(a.isReady) || compareTexts(a.address.ip, b.address.ip)
}

function endpointOf({ address, isReady }: Known): Endpoint {
  const { ip, hostname = '', nodeName, targetRef } = address
  return {
    addresses: [ip],
    conditions: { ready: isReady },
    ...(hostname === '' ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  }
}

function byAddress({ addresses: [a = ''] }: Endpoint, { addresses: [b = ''] }: Endpoint): number {
  return compareTexts(a, b)
}

function typeOf({ addresses: [ip = ''] }: Endpoint): 'IPv4' | 'IPv6' {
  return ip.includes(':') ? 'IPv6' : 'IPv4'
}
