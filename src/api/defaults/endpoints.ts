import type { Fields } from '../../base/fields.ts'
import { fill, mapItems, withoutZeros } from './fill.ts'

/** pkg/apis/core/v1/defaults.go, SetDefaults_Endpoints. */
export function defaultEndpoints(endpoints: Fields): Fields {
  return mapItems(withoutZeros(endpoints, ['subsets']), 'subsets', (subset) =>
    mapItems(withoutZeros(subset, ['addresses', 'notReadyAddresses', 'ports']), 'ports', (port) =>
      fill(withoutZeros(port, ['name', 'protocol']), { protocol: 'TCP' }),
    ),
  )
}

/** pkg/apis/discovery/v1/defaults.go. */
export function defaultEndpointSlice(slice: Fields): Fields {
  const filled = mapItems(slice, 'ports', (port) => fill(port, { name: '', protocol: 'TCP' }))
  return mapItems(filled, 'endpoints', (endpoint) =>
    fill(withoutZeros(endpoint, ['deprecatedTopology']), { conditions: {} }),
  )
}
