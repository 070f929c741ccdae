import type { EndpointSubset } from '../../api/service.ts'

/** More addresses than this do not fit into one object: EndpointSlices have them all. */
export const ADDRESSES_MAX = 1_000

export interface Truncated {
  readonly subsets: readonly EndpointSubset[]
  readonly isTruncated: boolean
}

/**
 * At most 1,000 addresses, ready ones first, taken from each subset by its share
 * (https://kubernetes.io/docs/concepts/services-networking/service/#over-capacity-endpoints).
 */
export function truncate(subsets: readonly EndpointSubset[]): Truncated {
  const ready = countOf(subsets, 'addresses')
  const unready = countOf(subsets, 'notReadyAddresses')
  if (ready + unready <= ADDRESSES_MAX) return { subsets, isTruncated: false }
  const kept =
    ready > ADDRESSES_MAX
      ? takeShares(subsets, 'addresses', ADDRESSES_MAX).map(
          ({ notReadyAddresses: _none, ...subset }) => subset,
        )
      : takeShares(subsets, 'notReadyAddresses', ADDRESSES_MAX - ready)
  return { subsets: kept, isTruncated: true }
}

type AddressField = 'addresses' | 'notReadyAddresses'

/** The subsets with `room` addresses of this field left in all of them together. */
function takeShares(
  subsets: readonly EndpointSubset[],
  field: AddressField,
  room: number,
): readonly EndpointSubset[] {
  const total = countOf(subsets, field)
  let left = room
  return subsets.map((subset) => {
    const { [field]: those = [], ...rest } = subset
    const taken = those.slice(0, Math.min(left, Math.ceil((those.length / total) * room)))
    left -= taken.length
    return taken.length === 0 ? rest : { ...rest, [field]: taken }
  })
}

function countOf(subsets: readonly EndpointSubset[], field: AddressField): number {
  return subsets.reduce((total, subset) => total + (subset[field]?.length ?? 0), 0)
}
