import { defaultEndpointSlice } from '../defaults/endpoints.ts'
import { defineKind, type ObjectWithParts } from '../kind-definition.ts'
import { ENDPOINT_SLICE_TABLE } from '../printing/endpoints-table.ts'
import type { EndpointSlice } from '../service.ts'
import { Field } from '../validation/field.ts'
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../validation/endpoints.ts'
import { warnOfEndpointSlice } from '../warnings/plain-kinds.ts'

export const ENDPOINT_SLICE = defineKind<EndpointSlice>({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  plural: 'endpointslices',
  namespaced: true,
  strategy: { hasStatus: false, raisesGeneration: hasNewContent },
  updateSteps: ['metadata', 'object', 'change'],
  applyDefaults: defaultEndpointSlice,
  validate: (slice) => validateEndpointSlice(new Field(slice)),
  validateUpdate: (next, previous) =>
    validateEndpointSliceUpdate(new Field(next), new Field(previous)),
  warnings: warnOfEndpointSlice,
  table: ENDPOINT_SLICE_TABLE,
})

/** Anything but the metadata, and of that the labels (endpointSliceStrategy.PrepareForUpdate). */
function hasNewContent(next: ObjectWithParts, previous: ObjectWithParts): boolean {
  if (next.metadata.labels !== previous.metadata.labels) return true
  const names = new Set([...Object.keys(previous), ...Object.keys(next)])
  names.delete('metadata')
  return [...names].some((name) => Reflect.get(next, name) !== Reflect.get(previous, name))
}
