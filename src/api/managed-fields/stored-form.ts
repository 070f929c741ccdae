import { isFields, type Fields } from '../../base/fields.ts'
import { fieldShape, isAbsent, type GranularShape, type Shape, type StructField } from './shape.ts'

/**
 * A merged value as Kubernetes' types hold it: a field that is null or an empty list is absent, a
 * text in a map that is null is empty. The same value when it is stored as it is.
 */
export function storedForm(shape: Shape, value: unknown): unknown {
  if (Array.isArray(value)) {
    const inner: Shape = shape.type === 'list' ? shape.item() : { type: 'any' }
    const items = value.map((item: unknown) => storedForm(inner, item))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isFields(value) || shape.type === 'scalar' || shape.type === 'any') return value
  // Without a schema nobody knows what null means.
  if (shape.type === 'list' || shape.type === 'deduced') return value
  return storedMap(shape, value)
}

function storedMap(shape: GranularShape, map: Fields): unknown {
  const kept: [string, unknown][] = []
  let changed = false
  for (const [name, value] of Object.entries(map)) {
    const stored =
      shape.type === 'struct'
        ? storedField(shape.field(name), value)
        : storedItem(fieldShape(shape, name) ?? ANY, value)
    changed ||= stored !== value
    if (stored !== undefined) kept.push([name, stored])
  }
  return changed ? Object.fromEntries(kept) : map
}

/** Undefined: the field is absent. */
function storedField(field: StructField = { shape: ANY }, value: unknown): unknown {
  if (value === null) return field.standing
  const stored = storedForm(field.shape, value)
  return isAbsent(field.shape, stored) && field.standing === undefined ? undefined : stored
}

function storedItem(shape: Shape, value: unknown): unknown {
  if (value !== null) return storedForm(shape, value)
  return shape.type === 'scalar' && shape.scalar === 'string' ? '' : null
}

const ANY: Shape = { type: 'any' }
