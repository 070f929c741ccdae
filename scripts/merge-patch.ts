import { fieldsOf, type JsonFields } from './json.ts'

/** RFC 7396, for objects. */
export function mergePatched(target: JsonFields, patch: JsonFields): JsonFields {
  const merged: Record<string, unknown> = { ...target }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else if (typeof value !== 'object' || Array.isArray(value)) merged[name] = value
    else merged[name] = mergePatched(fieldsOf(merged[name]), fieldsOf(value))
  }
  return merged
}
