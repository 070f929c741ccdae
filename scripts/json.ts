/** Readers of JSON whose shape is only known to its writer. */
import { fieldsOf, type Fields } from '../src/base/fields.ts'

/** The items of a list, as objects; none of anything else. */
export function itemsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map((item: unknown) => fieldsOf(item)) : []
}

export function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}
