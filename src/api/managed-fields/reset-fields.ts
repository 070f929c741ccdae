import { NO_FIELDS, setOf, union, type FieldSet } from './field-set.ts'

/**
 * What a request leaves as it was, whatever it says, so that nobody comes to own it by that: the
 * status of an object, and all but the status when the status is written. (GetResetFields of the
 * registry's strategies)
 */
export function resetFields(kind: string, subresource: string | undefined): FieldSet {
  switch (subresource) {
    case undefined:
    case 'finalize':
      return STATUS
    case 'status':
      return BESIDES_STATUS[kind] ?? SPEC
    default:
      return NO_FIELDS
  }
}

const STATUS = setOf('f:status')
const SPEC = setOf('f:spec')
const SPEC_AND_METADATA = union(SPEC, setOf('f:metadata'))

const BESIDES_STATUS: Readonly<Record<string, FieldSet>> = {
  Deployment: union(SPEC, setOf('f:metadata', 'f:labels')),
  Pod: [
    setOf('f:metadata', 'f:deletionTimestamp'),
    setOf('f:metadata', 'f:ownerReferences'),
  ].reduce(union, SPEC),
  VolumeAttachment: SPEC_AND_METADATA,
  FlowSchema: SPEC_AND_METADATA,
  PriorityLevelConfiguration: SPEC_AND_METADATA,
}

/** What is never owned: the server writes it, or nothing could change it. */
export const NEVER_OWNED: FieldSet = [
  setOf('f:apiVersion'),
  setOf('f:kind'),
  setOf('f:metadata'),
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => setOf('f:metadata', `f:${name}`)),
].reduce(union, NO_FIELDS)
