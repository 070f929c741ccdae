import type { IngressClass } from '../ingress.ts'
import { fill, mapField } from '../defaults/fill.ts'
import { defineKind } from '../kind-definition.ts'
import { INGRESS_CLASS_TABLE } from '../printing/ingress-table.ts'
import { Field } from '../validation/field.ts'
import {
  validateIngressClassSpec,
  validateIngressClassUpdate,
} from '../validation/ingress-class.ts'

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
  updateSteps: ['metadata-change', 'change', 'metadata', 'object'],
  applyDefaults: (ingressClass) =>
    mapField(ingressClass, 'spec', (spec) =>
      mapField(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' })),
    ),
  validate: (ingressClass) => validateIngressClassSpec(new Field(ingressClass).field('spec')),
  validateUpdate: (next, previous) =>
    validateIngressClassUpdate(new Field(next).field('spec'), new Field(previous).field('spec')),
  table: INGRESS_CLASS_TABLE,
})
