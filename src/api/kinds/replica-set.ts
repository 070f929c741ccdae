import { mapField, withoutFields } from '../defaults/fill.ts'
import { defaultReplicaSetSpec } from '../defaults/workload.ts'
import { defineKind } from '../kind-definition.ts'
import { REPLICA_SET_TABLE } from '../printing/workload-table.ts'
import { SPEC } from '../validation/fault.ts'
import { Field } from '../validation/field.ts'
import { validateSelectorUpdate } from '../validation/update.ts'
import { validateReplicaSetSpec } from '../validation/workload.ts'
import { validateReplicaSetStatus } from '../validation/workload-status.ts'
import type { ReplicaSet } from '../workload.ts'
import { warnOfWorkload } from '../warnings/pod.ts'

export const REPLICA_SET = defineKind<ReplicaSet>({
  kind: 'ReplicaSet',
  apiVersion: 'apps/v1',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  strategy: {
    hasStatus: true,
    newStatus: { replicas: 0 },
    checkStatus: (next) => validateReplicaSetStatus(new Field(next)),
    raisesGeneration: (next, previous) => next.spec !== previous.spec,
  },
  updateSteps: ['metadata-change', 'object', 'change'],
  subresources: ['scale'],
  selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  // terminatingReplicas is behind a feature gate that is off in 1.34: the API server drops it.
  applyDefaults: (replicaSet) =>
    mapField(mapField(replicaSet, 'spec', defaultReplicaSetSpec), 'status', (status) =>
      withoutFields(status, ['terminatingReplicas']),
    ),
  validate: ({ spec }) => validateReplicaSetSpec(spec, SPEC),
  validateUpdate: (next, previous) =>
    validateSelectorUpdate(next.spec.selector, previous.spec.selector, SPEC.child('selector')),
  warnings: (replicaSet, previous) =>
    warnOfWorkload(
      replicaSet,
      previous,
      replicaSet.metadata.generation !== previous?.metadata.generation,
    ),
  table: REPLICA_SET_TABLE,
  runsFromManifest: true,
  podSpec: { pointer: '/spec/template/spec', of: ({ spec }) => spec.template?.spec },
})
