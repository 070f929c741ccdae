import { mapField, withoutFields } from '../defaults/fill.ts'
import { defineKind } from '../kind-definition.ts'
import type { Lease } from '../lease.ts'
import { LEASE_TABLE } from '../printing/plain-tables.ts'
import { Field } from '../validation/field.ts'
import { validateLeaseSpec } from '../validation/lease.ts'

export const LEASE = defineKind<Lease>({
  kind: 'Lease',
  apiVersion: 'coordination.k8s.io/v1',
  plural: 'leases',
  namespaced: true,
  strategy: { hasStatus: false, createdByUpdate: true, updateNamesVersion: true },
  metadataCheck: 'own-but-finalizers',
  updateSteps: ['metadata-change', 'object'],
  // Behind a feature gate that is off in 1.34: the API server drops them.
  applyDefaults: (lease) =>
    mapField(lease, 'spec', (spec) => withoutFields(spec, ['strategy', 'preferredHolder'])),
  validate: (lease) => validateLeaseSpec(new Field(lease).field('spec')),
  table: LEASE_TABLE,
})
