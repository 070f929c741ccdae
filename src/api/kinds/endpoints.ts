import { defaultEndpoints } from '../defaults/endpoints.ts'
import { defineKind } from '../kind-definition.ts'
import { ENDPOINTS_TABLE } from '../printing/endpoints-table.ts'
import type { Endpoints } from '../service.ts'
import { Field } from '../validation/field.ts'
import { validateEndpoints } from '../validation/endpoints.ts'
import { warnOfEndpoints } from '../warnings/plain-kinds.ts'

export const ENDPOINTS = defineKind<Endpoints>({
  kind: 'Endpoints',
  apiVersion: 'v1',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  strategy: { hasStatus: false, createdByUpdate: true, storagePath: 'services/endpoints' },
  applyDefaults: defaultEndpoints,
  validate: (endpoints) => validateEndpoints(new Field(endpoints)),
  warnings: warnOfEndpoints,
  table: ENDPOINTS_TABLE,
})
