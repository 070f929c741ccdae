import { fill, mapField } from '../defaults/fill.ts'
import { defaultServiceSpec } from '../defaults/service.ts'
import { defineKind } from '../kind-definition.ts'
import { SERVICE_TABLE } from '../printing/service-table.ts'
import type { Service } from '../service.ts'
import { Field } from '../validation/field.ts'
import { checkDns1035 } from '../validation/names.ts'
import { validateService, validateServiceUpdate } from '../validation/service.ts'
import { warnOfService } from '../warnings/service.ts'

export const SERVICE = defineKind<Service>({
  kind: 'Service',
  apiVersion: 'v1',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  strategy: {
    hasStatus: true,
    newStatus: { loadBalancer: {} },
    createdByUpdate: true,
    answersDeleted: true,
    storagePath: 'services/specs',
    ownerlessDefaults: ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'],
  },
  updateSteps: ['metadata-change', 'change', 'object'],
  subresources: ['proxy'],
  checkName: checkDns1035,
  selectableFields: ({ spec }) => ({
    'spec.clusterIP': spec.clusterIP ?? '',
    'spec.type': spec.type ?? '',
  }),
  applyDefaults: (service) => mapField(fill(service, { spec: {} }), 'spec', defaultServiceSpec),
  validate: (service) => validateService(new Field(service)),
  validateUpdate: (next, previous) =>
    validateServiceUpdate(new Field(next).field('spec'), new Field(previous).field('spec')),
  warnings: warnOfService,
  table: SERVICE_TABLE,
  runsFromManifest: true,
})
