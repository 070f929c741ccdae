import { areEqual } from '../../base/equal-values.ts'
import { isFields, memberOf } from '../../base/fields.ts'
import { NO_FIELDS, node, type FieldSet } from './field-set.ts'
import { fieldElement, type PathElement } from './path-element.ts'
import {
  elementOf,
  fieldShape,
  isAbsent,
  isBare,
  itemsOf,
  type GranularShape,
  type ListShape,
  type Shape,
} from './shape.ts'

/** What two versions of an object differ in. */
export interface Changes {
  readonly removed: FieldSet
  readonly modified: FieldSet
  readonly added: FieldSet
}

/**
 * Compares two objects field by field as Kubernetes' own types would hold them: null and empty
 * lists are absent, and what is always there is there. Parts that are one object are not looked
 * into. (structured-merge-diff, typed.Compare)
 */
export function compareObjects(shape: Shape, before: object, after: object): Changes {
  return changesOf(compareValues(shape, before, after, false))
}

/** The same when `after` is what a merge made of `before`: what is null or empty there is meant so. */
export function compareMerged(shape: Shape, before: object, after: object): Changes {
  return changesOf(compareValues(shape, before, after, true))
}

function changesOf({ below }: Place): Changes {
  return {
    removed: below?.removed ?? NO_FIELDS,
    modified: below?.modified ?? NO_FIELDS,
    added: below?.added ?? NO_FIELDS,
  }
}

type Kind = keyof Changes
const KINDS: readonly Kind[] = ['removed', 'modified', 'added']

/** What is said of one place: whether it is changed itself, and what is below it. */
interface Place {
  readonly self?: Kind
  readonly below?: Partial<Changes>
}

const SAME: Place = {}

/** `undefined` is absent, on one side at most. */
function compareValues(shape: Shape, before: unknown, after: unknown, isMerged: boolean): Place {
  if (before === after) return SAME
  switch (shape.type) {
    case 'scalar':
    case 'any':
      return compareLeaves(before, after)
    case 'deduced':
      return compareDeduced(before, after, isMerged)
    case 'struct':
    case 'map':
      return shape.atomic || (isBare(shape, before) && isBare(shape, after))
        ? compareLeaves(before, after)
        : compareMaps(shape, before, after, isMerged)
    case 'list':
      return shape.merge.by === 'atomic' || itemsOf(before).length + itemsOf(after).length === 0
        ? compareLeaves(before, after)
        : compareLists(shape, before, after, isMerged)
  }
}

function compareLeaves(before: unknown, after: unknown): Place {
  const place = comingOrGoing(before, after)
  return place.self !== undefined || areEqual(before, after) ? place : { self: 'modified' }
}

/** A place that comes or goes is changed itself, besides all that is below it. */
function comingOrGoing(before: unknown, after: unknown): Place {
  if (before === undefined) return { self: 'added' }
  return after === undefined ? { self: 'removed' } : SAME
}

function compareMaps(
  shape: GranularShape,
  before: unknown,
  after: unknown,
  isMerged: boolean,
): Place {
  const tally: Tally = {}
  for (const name of namesOf(shape, before, after)) {
    const inner = fieldShape(shape, name)
    const a = heldUnder(name, shape, before)
    const b = isMerged ? mergedUnder(name, shape, after, a) : heldUnder(name, shape, after)
    if (inner !== undefined && a !== b) {
      count(tally, fieldElement(name), compareValues(inner, a, b, isMerged))
    }
  }
  return { below: tally, ...comingOrGoing(before, after) }
}

function namesOf(shape: GranularShape, before: unknown, after: unknown): Iterable<string> {
  const names = new Set(isFields(before) ? Object.keys(before) : [])
  if (isFields(after)) for (const name of Object.keys(after)) names.add(name)
  // Of a struct that comes or goes, what always stands in it comes and goes too.
  if (shape.type === 'struct' && (before === undefined || after === undefined)) {
    for (const name of shape.standing) names.add(name)
  }
  return names
}

/** What is in a map under a name, as Go would hold it. */
function heldUnder(name: string, shape: GranularShape, map: unknown): unknown {
  if (!isFields(map)) return undefined
  const value = memberOf(map, name)
  if (shape.type !== 'struct') return value
  const field = shape.field(name)
  return field !== undefined && isAbsent(field.shape, value) ? field.standing : value
}

/** What a merge left under a name; it leaves what stood there without being written. */
function mergedUnder(name: string, shape: GranularShape, map: unknown, before: unknown): unknown {
  if (!isFields(map)) return undefined
  if (Object.hasOwn(map, name)) return map[name]
  const stood = shape.type === 'struct' ? shape.field(name)?.standing : undefined
  return before === stood ? stood : undefined
}

function compareLists(shape: ListShape, before: unknown, after: unknown, isMerged: boolean): Place {
  const tally: Tally = {}
  const a = byElement(shape, before)
  const b = byElement(shape, after)
  for (const element of new Set([...a.keys(), ...b.keys()])) {
    const items = [a.get(element) ?? [], b.get(element) ?? []] as const
    count(tally, element, compareItems(shape.item(), ...items, isMerged))
  }
  return { below: tally, ...comingOrGoing(before, after) }
}

function byElement({ merge }: ListShape, list: unknown): Map<PathElement, unknown[]> {
  const items = new Map<PathElement, unknown[]>()
  for (const item of itemsOf(list)) {
    const element = elementOf(merge, item)
    if (element === undefined) continue
    const others = items.get(element)
    if (others === undefined) items.set(element, [item])
    else others.push(item)
  }
  return items
}

/** Several items with one key are looked at as one piece. */
function compareItems(
  shape: Shape,
  a: readonly unknown[],
  b: readonly unknown[],
  isMerged: boolean,
): Place {
  if (a.length <= 1 && b.length <= 1) return compareValues(shape, a[0], b[0], isMerged)
  if (a.length === 0 || b.length === 0) return { self: a.length === 0 ? 'added' : 'removed' }
  if (a.length >= 2 && b.length >= 2) return areEqual(a, b) ? SAME : { self: 'modified' }
  const single =
    a.length === 1
      ? compareValues(shape, a[0], undefined, isMerged)
      : compareValues(shape, undefined, b[0], isMerged)
  return { ...single, self: 'modified' }
}

function compareDeduced(before: unknown, after: unknown, isMerged: boolean): Place {
  const shape = { type: 'deduced' } as const
  if (isBare(shape, before) && isBare(shape, after)) return compareLeaves(before, after)
  if (before === undefined || after === undefined || (isFields(before) && isFields(after))) {
    return compareMaps(shape, before, after, isMerged)
  }
  // A map takes the place of something else, or the other way round.
  const map = isFields(before)
    ? compareMaps(shape, before, undefined, isMerged)
    : compareMaps(shape, undefined, after, isMerged)
  return { ...map, self: 'modified' }
}

type Tally = { [K in Kind]?: Record<PathElement, FieldSet> }

function count(tally: Tally, element: PathElement, { self, below }: Place): void {
  for (const kind of KINDS) {
    const found = node(self === kind, below?.[kind] ?? NO_FIELDS)
    if (found !== undefined) (tally[kind] ??= {})[element] = found
  }
}
