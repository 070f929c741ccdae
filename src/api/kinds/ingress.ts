import type { Ingress } from '../ingress.ts'
import { defineKind } from '../kind-definition.ts'
import { INGRESS_TABLE } from '../printing/ingress-table.ts'

export const INGRESS = defineKind<Ingress>({
  kind: 'Ingress',
  apiVersion: 'networking.k8s.io/v1',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  strategy: {
    hasStatus: true,
    storagePath: 'ingress',
    newStatus: { loadBalancer: {} },
    raisesGeneration: (next, previous) => next.spec !== previous.spec,
  },
  table: INGRESS_TABLE,
})
