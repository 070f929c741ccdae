import type { Fields } from '../../base/fields.ts'
import { fill, mapField, withoutZeros } from './fill.ts'
import { roundQuantities } from './quantities.ts'

/** pkg/apis/core/v1/defaults.go, SetDefaults_NodeStatus: what a Node has is what its pods may have. */
export function defaultNode(node: Fields): Fields {
  const filled = mapField(node, 'spec', (spec) =>
    withoutZeros(withPodCidrs(spec), [
      'podCIDR',
      'podCIDRs',
      'providerID',
      'unschedulable',
      'taints',
    ]),
  )
  return mapField(filled, 'status', (status) => {
    const rounded = roundQuantities(roundQuantities(status, 'capacity'), 'allocatable')
    return fill(rounded, { allocatable: rounded['capacity'] })
  })
}

/** One range is a list of one, and the other way round. */
function withPodCidrs(spec: Fields): Fields {
  const { podCIDR, podCIDRs } = spec
  const [first]: readonly unknown[] = Array.isArray(podCIDRs) ? podCIDRs : []
  const isGiven = podCIDR !== undefined && podCIDR !== ''
  return fill(spec, { podCIDR: first, podCIDRs: isGiven ? [podCIDR] : undefined })
}
