import { expect, test } from 'vitest'
import type { EndpointPort } from '../api/service.ts'
import { inSliceOrder, inSubsetOrder } from './port-order.ts'

/** Recorded from Kubernetes 1.34.4. */
const PORTS: readonly EndpointPort[] = [
  { name: 'admin', port: 9000, protocol: 'TCP' },
  { name: 'dns', port: 5353, protocol: 'UDP' },
  { name: 'grpc', port: 9090, protocol: 'TCP', appProtocol: 'h2c' },
  { name: 'http', port: 8080, protocol: 'TCP' },
]

test.each([
  ['slices', inSliceOrder, ['http', 'admin', 'dns', 'grpc']],
  ['subsets', inSubsetOrder, ['grpc', 'admin', 'dns', 'http']],
])('ports of %s stand where Kubernetes puts them', (_what, order, names) => {
  expect(order(PORTS).map(({ name }) => name)).toEqual(names)
  expect(order(PORTS.toReversed()).map(({ name }) => name)).toEqual(names)
})
