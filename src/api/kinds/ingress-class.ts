import type { IngressClass } from '../ingress.ts'
import { defineKind } from '../kind-definition.ts'
import { INGRESS_CLASS_TABLE } from '../printing/ingress-table.ts'

export const INGRESS_CLASS = defineKind<IngressClass>({
  kind: 'IngressClass',
  apiVersion: 'networking.k8s.io/v1',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  strategy: {
    hasStatus: false,
    raisesGeneration: (next, previous) => next.spec !== previous.spec,
  },
  table: INGRESS_CLASS_TABLE,
})
