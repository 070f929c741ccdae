import { isFields, type Fields } from '../../base/fields.ts'
import { isEmptySet, isMember, type FieldSet } from './field-set.ts'
import { fieldElement } from './path-element.ts'
import {
  elementOf,
  fieldShape,
  itemsOf,
  type GranularShape,
  type ListShape,
  type Shape,
} from './shape.ts'

/**
 * `value` without the members of `fields`; the same value when none of them is there. What becomes
 * empty by that becomes null, which Kubernetes stores as absent. (structured-merge-diff,
 * typed.RemoveItems)
 */
export function removeFields(shape: Shape, value: unknown, fields: FieldSet): unknown {
  if (isEmptySet(fields)) return value
  switch (shape.type) {
    case 'scalar':
      return value
    case 'any':
      return isFields(value) || Array.isArray(value) ? null : value
    case 'deduced':
      if (Array.isArray(value)) return null
      return isFields(value) ? removeFromMap(shape, value, fields) : value
    case 'struct':
    case 'map':
      return shape.atomic || !isFields(value) ? null : removeFromMap(shape, value, fields)
    case 'list':
      return shape.merge.by === 'atomic' ? null : removeFromList(shape, itemsOf(value), fields)
  }
}

function removeFromMap(shape: GranularShape, map: Fields, fields: FieldSet): unknown {
  const kept: [string, unknown][] = []
  let changed = false
  for (const [name, value] of Object.entries(map)) {
    const found = fields[fieldElement(name)]
    if (found !== undefined && isMember(found)) {
      changed = true
      continue
    }
    const inner = fieldShape(shape, name)
    const rest =
      found === undefined || inner === undefined ? value : removeFields(inner, value, found)
    changed ||= rest !== value
    kept.push([name, rest])
  }
  if (!changed) return map
  return kept.length === 0 ? null : Object.fromEntries(kept)
}

function removeFromList(shape: ListShape, items: readonly unknown[], fields: FieldSet): unknown {
  const kept: unknown[] = []
  let changed = false
  for (const item of items) {
    const element = elementOf(shape.merge, item)
    const found = element === undefined ? undefined : fields[element]
    if (found !== undefined && isMember(found)) {
      changed = true
      continue
    }
    const rest = found === undefined ? item : removeFields(shape.item(), item, found)
    changed ||= rest !== item
    kept.push(rest)
  }
  if (!changed) return items
  return kept.length === 0 ? null : kept
}
