/** Readers of JSON whose shape is only known to its writer. */

export type JsonFields = Readonly<Record<string, unknown>>

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): JsonFields {
  return isFields(value) ? value : {}
}

/** The items of a list, as objects; none of anything else. */
export function itemsOf(value: unknown): readonly JsonFields[] {
  return Array.isArray(value) ? value.map((item: unknown) => fieldsOf(item)) : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function without(fields: JsonFields, names: readonly string[]): JsonFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

function isFields(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
