import { defineKind } from '../kind-definition.ts'
import type { Lease } from '../lease.ts'
import { LEASE_TABLE } from '../printing/plain-tables.ts'

export const LEASE = defineKind<Lease>({
  kind: 'Lease',
  apiVersion: 'coordination.k8s.io/v1',
  plural: 'leases',
  namespaced: true,
  strategy: { hasStatus: false, createdByUpdate: true, updateNamesVersion: true },
  table: LEASE_TABLE,
})
