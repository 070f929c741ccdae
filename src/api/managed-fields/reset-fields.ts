import { isKindName, KINDS } from '../kinds.ts'
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
      return besidesStatus(kind)
    default:
      return NO_FIELDS
  }
}

/** The spec, and what of the metadata the kind says. */
function besidesStatus(kind: string): FieldSet {
  const { statusKeeps = [] } = isKindName(kind) ? KINDS[kind].strategy : {}
  return statusKeeps.map((name) => setOf('f:metadata', `f:${name}`)).reduce(union, SPEC)
}

const STATUS = setOf('f:status')
const SPEC = setOf('f:spec')

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
