import { isFields, type Fields } from '../../base/fields.ts'
import { fill, mapField, mapItems } from '../defaults/fill.ts'
import { defaultServiceSpec } from '../defaults/service.ts'
import { defineKind } from '../kind-definition.ts'
import { SERVICE_TABLE } from '../printing/service-table.ts'
import type { Service } from '../service.ts'
import { validateServiceStatus } from '../validation/balancer-status.ts'
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
    checkStatus: (next, previous) => validateServiceStatus(new Field(next), new Field(previous)),
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
  applyDefaults: (service) =>
    withIpModes(mapField(fill(service, { spec: {} }), 'spec', defaultServiceSpec)),
  validate: (service) => validateService(new Field(service)),
  validateUpdate: (next, previous) =>
    validateServiceUpdate(new Field(next).field('spec'), new Field(previous).field('spec')),
  warnings: warnOfService,
  table: SERVICE_TABLE,
  runsFromManifest: true,
})

/** An address of a balancer is one that packets are sent to as they are, unless it is said otherwise. */
function withIpModes(service: Fields): Fields {
  const { spec } = service
  if (!isFields(spec) || spec['type'] !== 'LoadBalancer') return service
  return mapField(service, 'status', (status) =>
    mapField(status, 'loadBalancer', (balancer) =>
      mapItems(balancer, 'ingress', (point) =>
        (point['ip'] ?? '') === '' ? point : fill(point, { ipMode: 'VIP' }),
      ),
    ),
  )
}
