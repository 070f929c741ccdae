import { isFields } from '../base/fields.ts'
import { withoutMetadataZeros } from './defaults/metadata.ts'
import { definitionOf } from './kinds.ts'
import type { ApiObject } from './meta.ts'

/**
 * What the API server fills into an object when it stores it, for the kinds that the engine serves;
 * other kinds come back as they are. The same object comes back when nothing is missing.
 * Values that the server does not keep (a `false`, 0 or empty list where that is the meaning of
 * absence) are left out, so that equal objects look equal. Addresses and ports that a server
 * allocates are not defaults. Compared with Kubernetes 1.34 in defaults.test.ts.
 */
export function applyDefaults<O extends ApiObject>(object: O): O
export function applyDefaults(object: ApiObject): unknown {
  if (!isFields(object)) return object
  const filled = object['metadata'] === undefined ? object : withoutMetadataZeros(object)
  return definitionOf(object)?.applyDefaults(filled) ?? filled
}
