import { isFields, mapField, withoutZeros, type Fields } from './fill.ts'

const METADATA_ZEROS = ['labels', 'annotations', 'finalizers', 'ownerReferences', 'generateName']

/** Empty labels and the like are no labels: the server does not keep them. */
export function withoutMetadataZeros(object: Fields): Fields {
  return mapField(object, 'metadata', (metadata) => withoutZeros(metadata, METADATA_ZEROS))
}

/** The object with its metadata's `field` as in `previous`, absent if it is absent there. */
export function keepMetadata(object: Fields, previous: Fields, field: string): Fields {
  const before = isFields(previous['metadata']) ? previous['metadata'][field] : undefined
  return mapField(object, 'metadata', (metadata) =>
    metadata[field] === before ? metadata : { ...metadata, [field]: before },
  )
}
