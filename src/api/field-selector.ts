import type { KindDefinition } from './kind-definition.ts'
import type { ApiObject } from './meta.ts'

/** `field=value` or `field!=value`. */
export interface FieldRequirement {
  readonly field: string
  readonly isEqual: boolean
  readonly value: string
}

/**
 * All of the requirements have to hold.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export type FieldSelector = readonly FieldRequirement[]

/** A field that the kind cannot be asked for has no value; who parses a selector refuses such fields. */
export function fieldsMatch(
  selector: FieldSelector,
  definition: KindDefinition,
  object: ApiObject,
): boolean {
  return selector.every(
    ({ field, isEqual, value }) => (valueOf(field, definition, object) === value) === isEqual,
  )
}

function valueOf(field: string, definition: KindDefinition, object: ApiObject): string {
  if (field === 'metadata.name') return object.metadata.name
  if (field === 'metadata.namespace') return object.metadata.namespace ?? ''
  const fields = definition.selectableFields(object)
  return Object.hasOwn(fields, field) ? (fields[field] ?? '') : ''
}
