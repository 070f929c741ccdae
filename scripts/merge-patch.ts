import { fieldsOf, type Fields } from '../src/base/fields.ts'

/** RFC 7396, for objects. */
export function mergePatched(target: Fields, patch: Fields): Fields {
  const merged: Record<string, unknown> = { ...target }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else if (typeof value !== 'object' || Array.isArray(value)) merged[name] = value
    else merged[name] = mergePatched(fieldsOf(merged[name]), fieldsOf(value))
  }
  return merged
}
