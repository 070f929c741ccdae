import { OLD_INGRESS_VERSIONS } from '../conversion/ingress.ts'
import type { Ingress } from '../ingress.ts'
import { defineKind } from '../kind-definition.ts'
import { INGRESS_TABLE } from '../printing/ingress-table.ts'
import { validateIngressStatus } from '../validation/balancer-status.ts'
import { Field } from '../validation/field.ts'
import { validateIngressClassName, validateIngressSpec } from '../validation/ingress.ts'
import { warnOfIngress } from '../warnings/plain-kinds.ts'

export const INGRESS = defineKind<Ingress>({
  kind: 'Ingress',
  apiVersion: 'networking.k8s.io/v1',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  otherVersions: OLD_INGRESS_VERSIONS,
  strategy: {
    hasStatus: true,
    storagePath: 'ingress',
    newStatus: { loadBalancer: {} },
    checkStatus: (next, previous) => validateIngressStatus(new Field(next), new Field(previous)),
    raisesGeneration: (next, previous) => next.spec !== previous.spec,
  },
  validate: (ingress) => validateIngressSpec(new Field(ingress).field('spec')),
  validateNew: (ingress) => validateIngressClassName(new Field(ingress)),
  warnings: warnOfIngress,
  table: INGRESS_TABLE,
})
