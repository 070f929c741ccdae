import { areEqual } from '../../base/equal-values.ts'
import { isFields, memberOf, type Fields } from '../../base/fields.ts'
import {
  elementOf,
  fieldShape,
  itemsOf,
  type GranularShape,
  type ListShape,
  type Shape,
} from './shape.ts'

/**
 * `live` with all that `config` says; the same value when it says nothing new. A configuration
 * removes nothing: null stays null. (structured-merge-diff, typed.Merge)
 */
export function mergeValues(shape: Shape, live: unknown, config: unknown): unknown {
  if (config === undefined || config === live) return live
  if (live === undefined) return config
  switch (shape.type) {
    case 'scalar':
    case 'any':
      return areEqual(live, config) ? live : config
    case 'deduced':
    case 'struct':
    case 'map':
      return mergeAsMap(shape, live, config)
    case 'list': {
      const [a, b] = [itemsOf(live), itemsOf(config)]
      if (shape.merge.by !== 'atomic' && b.length === 0 && a.length > 0) return live
      if (shape.merge.by === 'atomic' || a.length + b.length === 0) return preferred(live, config)
      return mergeLists(shape, a, b)
    }
  }
}

function preferred(live: unknown, config: unknown): unknown {
  return areEqual(live, config) ? live : config
}

function mergeAsMap(shape: GranularShape, live: unknown, config: unknown): unknown {
  const isWhole = shape.type === 'deduced' ? config !== null && !isFields(config) : shape.atomic
  if (isWhole) return preferred(live, config)
  const a = isFields(live) ? live : {}
  const b = isFields(config) ? config : {}
  if (Object.keys(b).length > 0) return mergeMaps(shape, a, b)
  return Object.keys(a).length > 0 ? live : preferred(live, config)
}

function mergeMaps(shape: GranularShape, live: Fields, config: Fields): Fields {
  const changed: [string, unknown][] = []
  for (const [name, value] of Object.entries(config)) {
    const inner = fieldShape(shape, name)
    const mine = memberOf(live, name)
    const both = inner === undefined ? value : mergeValues(inner, mine, value)
    if (both !== mine) changed.push([name, both])
  }
  if (changed.length === 0) return live
  // Not by assignment: a field may be called `__proto__`.
  return Object.fromEntries([...Object.entries(live), ...changed])
}

interface Keyed {
  readonly element: string
  readonly item: unknown
}

/**
 * The configuration's items in its order; the others stay where they were between them. Items
 * that only one of the two has, live's come first.
 */
function mergeLists(
  shape: ListShape,
  live: readonly unknown[],
  config: readonly unknown[],
): unknown {
  const a = keyed(shape, live)
  const b = keyed(shape, config)
  const mine = single(a)
  const theirs = new Map(b.map(({ element, item }) => [element, item]))
  const shared = b.filter(({ element }) => mine.has(element)).map(({ element }) => element)
  const merged: unknown[] = []
  const done = new Set<string>()
  const mergeNext = ({ element, item }: Keyed): void => {
    done.add(element)
    merged.push(mergeValues(shape.item(), mine.get(element), item))
  }
  let [i, j, s] = [0, 0, 0]
  while (i < a.length || j < b.length) {
    const left = a[i]
    const right = b[j]
    if (left !== undefined && right !== undefined) {
      if (left.element === right.element) {
        mergeNext(right)
        i += 1
        j += 1
        s += 1
        continue
      }
      // Shared with the configuration, but not the item whose turn it is.
      if (theirs.has(left.element) && s < shared.length && shared[s] !== left.element) {
        i += 1
        continue
      }
    }
    if (left !== undefined) {
      if (!theirs.has(left.element)) {
        merged.push(left.item)
        i += 1
        continue
      }
      if (done.has(left.element)) i += 1
    }
    if (right !== undefined) {
      mergeNext(right)
      j += 1
      if (s < shared.length && shared[s] === right.element) s += 1
    }
  }
  const isSame = merged.length === live.length && merged.every((item, at) => item === live[at])
  return isSame ? live : merged
}

function keyed(shape: ListShape, items: readonly unknown[]): readonly Keyed[] {
  return items.flatMap((item) => {
    const element = elementOf(shape.merge, item)
    return element === undefined ? [] : [{ element, item }]
  })
}

/** Items that are there once; the others are not merged with. */
function single(items: readonly Keyed[]): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const { element, item } of items) {
    found.set(element, found.has(element) ? undefined : item)
  }
  return found
}
