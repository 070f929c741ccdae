import { defineKind } from '../kind-definition.ts'
import { ENDPOINT_SLICE_TABLE } from '../printing/endpoints-table.ts'
import type { EndpointSlice } from '../service.ts'

export const ENDPOINT_SLICE = defineKind<EndpointSlice>({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  plural: 'endpointslices',
  namespaced: true,
  strategy: { hasStatus: false, raisesGeneration: () => true },
  table: ENDPOINT_SLICE_TABLE,
})
