import { mapField, withoutFields } from '../defaults/fill.ts'
import { defaultDeploymentSpec } from '../defaults/workload.ts'
import { defineKind } from '../kind-definition.ts'
import { DEPLOYMENT_TABLE } from '../printing/workload-table.ts'
import { SPEC } from '../validation/fault.ts'
import { Field } from '../validation/field.ts'
import { validateSelectorUpdate } from '../validation/update.ts'
import { validateDeploymentSpec } from '../validation/workload.ts'
import { validateDeploymentStatus } from '../validation/workload-status.ts'
import type { Deployment } from '../workload.ts'
import { warnOfWorkload } from '../warnings/pod.ts'

export const DEPLOYMENT = defineKind<Deployment>({
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  strategy: {
    hasStatus: true,
    newStatus: {},
    checkStatus: (next, previous) => validateDeploymentStatus(new Field(next), new Field(previous)),
    statusKeeps: ['labels'],
    // Annotations too: deploymentStrategy.PrepareForUpdate.
    raisesGeneration: (next, previous) =>
      next.spec !== previous.spec || next.metadata.annotations !== previous.metadata.annotations,
  },
  updateSteps: ['metadata-change', 'object', 'change'],
  subresources: ['scale'],
  // terminatingReplicas is behind a feature gate that is off in 1.34: the API server drops it.
  applyDefaults: (deployment) =>
    mapField(mapField(deployment, 'spec', defaultDeploymentSpec), 'status', (status) =>
      withoutFields(status, ['terminatingReplicas']),
    ),
  validate: ({ spec }) => validateDeploymentSpec(spec, SPEC),
  validateUpdate: (next, previous) =>
    validateSelectorUpdate(next.spec.selector, previous.spec.selector, SPEC.child('selector')),
  warnings: (deployment, previous) =>
    warnOfWorkload(
      deployment,
      previous,
      deployment.metadata.generation !== previous?.metadata.generation,
    ),
  table: DEPLOYMENT_TABLE,
  runsFromManifest: true,
  podSpec: { pointer: '/spec/template/spec', of: ({ spec }) => spec.template.spec },
})
