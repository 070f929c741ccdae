import { mapField } from '../defaults/fill.ts'
import { defaultServiceSpec } from '../defaults/service.ts'
import { defineKind } from '../kind-definition.ts'
import { SERVICE_TABLE } from '../printing/service-table.ts'
import type { Service } from '../service.ts'
import { SPEC } from '../validation/fault.ts'
import { checkDns1035 } from '../validation/names.ts'
import { validateServiceSpec } from '../validation/service.ts'
import { validateServiceUpdate } from '../validation/update.ts'

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
  },
  subresources: ['proxy'],
  checkName: checkDns1035,
  selectableFields: ({ spec }) => ({
    'spec.clusterIP': spec.clusterIP ?? '',
    'spec.type': spec.type ?? '',
  }),
  applyDefaults: (service) => mapField(service, 'spec', defaultServiceSpec),
  validate: ({ spec }) => validateServiceSpec(spec, SPEC),
  validateUpdate: (next, previous) => validateServiceUpdate(next.spec, previous.spec, SPEC),
  table: SERVICE_TABLE,
})
