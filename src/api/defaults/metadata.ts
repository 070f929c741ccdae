import type { Fields } from '../../base/fields.ts'
import { mapField, withoutZeros } from './fill.ts'

const METADATA_ZEROS = ['labels', 'annotations', 'finalizers', 'ownerReferences', 'generateName']

/** Empty labels and the like are no labels: the server does not keep them. */
export function withoutMetadataZeros(object: Fields): Fields {
  return mapField(object, 'metadata', (metadata) => withoutZeros(metadata, METADATA_ZEROS))
}
