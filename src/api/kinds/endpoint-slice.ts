import { defineKind } from '../kind-definition.ts'
import type { EndpointSlice } from '../service.ts'

export const ENDPOINT_SLICE = defineKind<EndpointSlice>({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  plural: 'endpointslices',
  namespaced: true,
  strategy: { hasStatus: false, raisesGeneration: () => true },
})
