import { defineKind } from '../kind-definition.ts'
import { ENDPOINTS_TABLE } from '../printing/endpoints-table.ts'
import type { Endpoints } from '../service.ts'

export const ENDPOINTS = defineKind<Endpoints>({
  kind: 'Endpoints',
  apiVersion: 'v1',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  strategy: { hasStatus: false, createdByUpdate: true, storagePath: 'services/endpoints' },
  table: ENDPOINTS_TABLE,
})
