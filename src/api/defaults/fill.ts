import { isFields, type Fields } from '../../base/fields.ts'

/** `fields` with those of `defaults` that are missing (absent or null); the same object when none is. */
export function fill(fields: Fields, defaults: Fields): Fields {
  const missing = Object.entries(defaults).filter(
    ([name, value]) => value !== undefined && (fields[name] === undefined || fields[name] === null),
  )
  return missing.length === 0 ? fields : { ...fields, ...Object.fromEntries(missing) }
}

/** `fields` without those of `names` that hold false, 0, '', nothing, or an empty list or map. */
export function withoutZeros(fields: Fields, names: readonly string[]): Fields {
  const dropped = names.filter((name) => Object.hasOwn(fields, name) && isZero(fields[name]))
  if (dropped.length === 0) return fields
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !dropped.includes(name)))
}

/** `fields` without those of `names`, whatever they hold. */
export function withoutFields(fields: Fields, names: readonly string[]): Fields {
  if (!names.some((name) => Object.hasOwn(fields, name))) return fields
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

/** Applies `change` to each item of the list in `field`; the same object when none changes. */
export function mapItems(fields: Fields, field: string, change: (item: Fields) => Fields): Fields {
  const items = fields[field]
  if (!Array.isArray(items)) return fields
  const changed = items.map((item: unknown) => (isFields(item) ? change(item) : item))
  if (changed.every((item, index) => item === items[index])) return fields
  return { ...fields, [field]: changed }
}

/** Applies `change` to the object in `field`; the same object when it is missing or unchanged. */
export function mapField(fields: Fields, field: string, change: (value: Fields) => Fields): Fields {
  const value = fields[field]
  if (!isFields(value)) return fields
  const changed = change(value)
  return changed === value ? fields : { ...fields, [field]: changed }
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') {
    return true
  }
  return typeof value === 'object' && Object.keys(value).length === 0
}
