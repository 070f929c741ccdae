import type { Fields } from '../base/fields.ts'
import { isKindName, KINDS } from './kinds.ts'
import type { ApiObject } from './meta.ts'

/**
 * An object as Kubernetes writes it: with the fields that are there although they say nothing. Nobody stores
 * them, since they are the same as absent ones.
 */
export function withStandingFields({ ...object }: ApiObject): Fields {
  return isKindName(object.kind) ? KINDS[object.kind].withStandingFields(object) : object
}
