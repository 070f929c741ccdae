import type { KindDefinition } from '../kind-definition.ts'
import type { MetadataRules } from './metadata.ts'
import { checkPathSegment } from './names.ts'

/** A part of what Kubernetes' code for one kind looks at in an update. */
export type UpdateStep = 'metadata-change' | 'metadata' | 'object' | 'change'

/** In which order (the ValidateUpdate functions of pkg/apis), since that is the order of the faults. */
export const UPDATE_ORDERS: Readonly<Record<string, readonly UpdateStep[]>> & {
  readonly usual: readonly UpdateStep[]
} = {
  usual: ['metadata-change', 'metadata', 'object', 'change'],
  Deployment: ['metadata-change', 'object', 'change'],
  ReplicaSet: ['metadata-change', 'object', 'change'],
  Service: ['metadata-change', 'change', 'object'],
  ConfigMap: ['metadata-change', 'change', 'metadata', 'object'],
  Secret: ['metadata-change', 'change', 'metadata', 'object'],
  EndpointSlice: ['metadata', 'object', 'change'],
  Lease: ['metadata-change', 'object'],
  PodDisruptionBudget: ['object'],
  IngressClass: ['metadata-change', 'change', 'metadata', 'object'],
  Namespace: ['metadata', 'object', 'metadata-change'],
  Node: ['metadata', 'object', 'metadata-change', 'change'],
  Event: ['object', 'change'],
}

/** Kinds whose own code does not look at the metadata of a new object. */
const WITHOUT_METADATA = new Set(['PodDisruptionBudget', 'Event'])

/** Whether the metadata of a new object is looked at before all else. */
export function looksAtMetadataFirst(kind: string): boolean {
  return !WITHOUT_METADATA.has(kind)
}

/** What a kind says of its metadata; roles may hold a colon, and a custom resource obeys rules of its own. */
export function rulesOf(definition: KindDefinition | undefined): MetadataRules {
  if (definition === undefined) {
    return { checkName: checkPathSegment, namespaced: undefined, knowsFinalizers: false }
  }
  const isCommon = WITHOUT_METADATA.has(definition.kind)
  return {
    checkName: isCommon ? checkPathSegment : (name) => definition.checkName(name),
    namespaced: definition.namespaced,
    knowsFinalizers: !isCommon && definition.kind !== 'Lease',
  }
}
