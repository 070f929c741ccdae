import { isFields, type Fields } from '../../base/fields.ts'
import { isEmptySet, NO_FIELDS, node, union, type FieldSet } from './field-set.ts'
import { fieldElement } from './path-element.ts'
import {
  elementOf,
  fieldShape,
  itemsOf,
  type GranularShape,
  type ListShape,
  type Shape,
} from './shape.ts'

/** The fields that somebody has who applies `value`. (structured-merge-diff, typed.ToFieldSet) */
export function fieldsOfValue(shape: Shape, value: unknown): FieldSet {
  const { below } = placeOf(shape, value)
  return below
}

interface Place {
  readonly isMember: boolean
  readonly below: FieldSet
}

const LEAF: Place = { isMember: true, below: NO_FIELDS }
const NOTHING: Place = { isMember: false, below: NO_FIELDS }

function placeOf(shape: Shape, value: unknown): Place {
  switch (shape.type) {
    case 'scalar':
    case 'any':
      return LEAF
    case 'deduced':
      if (value === null) return NOTHING
      return isFields(value) ? placeOfMap(shape, value) : LEAF
    case 'struct':
    case 'map':
      if (shape.atomic) return LEAF
      return isFields(value) ? placeOfMap(shape, value) : NOTHING
    case 'list':
      if (shape.merge.by === 'atomic') return LEAF
      return placeOfList(shape, itemsOf(value))
  }
}

function placeOfMap(shape: GranularShape, map: Fields): Place {
  const below: Record<string, FieldSet> = {}
  for (const [name, value] of Object.entries(map)) {
    const inner = fieldShape(shape, name)
    if (inner === undefined) continue
    const place = placeOf(inner, value)
    // A struct's own field needs no mention when something below it is there.
    const isNamed = shape.type === 'struct'
    const isHollow = value === null || (isFields(value) && Object.keys(value).length === 0)
    const found = node(place.isMember || isHollow || !isNamed, place.below)
    if (found !== undefined) below[fieldElement(name)] = found
  }
  return { isMember: false, below }
}

function placeOfList(shape: ListShape, items: readonly unknown[]): Place {
  const below: Record<string, FieldSet> = {}
  const repeated = new Set<string>()
  for (const item of items) {
    const element = elementOf(shape.merge, item)
    if (element === undefined) continue
    if (element in below) repeated.add(element)
    below[element] = node(true, placeOf(shape.item(), item).below) ?? NO_FIELDS
  }
  // Several items with one key are owned as one piece.
  for (const element of repeated) below[element] = NO_FIELDS
  return { isMember: false, below }
}

/**
 * The set with those named fields that something below speaks for: who has `spec.replicas` has
 * `spec`. (structured-merge-diff, Set.EnsureNamedFieldsAreMembers)
 */
export function withNamedFields(shape: Shape | undefined, set: FieldSet): FieldSet {
  let found: Record<string, FieldSet> | undefined
  for (const element in set) {
    const below = set[element] ?? NO_FIELDS
    if (isEmptySet(below)) continue
    const inner = shape === undefined ? undefined : shapeBelow(shape, element)
    const isNamed = shape?.type === 'struct' && inner !== undefined && element.startsWith('f:')
    const whole = withNamedFields(inner, below)
    const next = isNamed ? union({ [element]: whole }, { [element]: NO_FIELDS })[element] : whole
    if (next === below || next === undefined) continue
    found ??= { ...set }
    found[element] = next
  }
  return found ?? set
}

function shapeBelow(shape: Shape, element: string): Shape | undefined {
  switch (shape.type) {
    case 'struct':
    case 'map':
    case 'deduced':
      return element.startsWith('f:') ? fieldShape(shape, element.slice(2)) : undefined
    case 'list':
      return element.startsWith('k:') ? shape.item() : undefined
    case 'scalar':
    case 'any':
      return undefined
  }
}
