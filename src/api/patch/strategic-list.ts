/** How strategic merge merges two lists (apimachinery, strategicpatch). */
import { isFields, type Fields } from '../../base/fields.ts'
import { formatGo, formatGoText, goTypeOf } from './go-format.ts'
import { orderItems } from './list-order.ts'
import { patchFault, patchRejected } from './patch-refusal.ts'
import { mergeKeyOf } from './set-element-order.ts'

export interface ListMerge {
  readonly mergeKey: string
  /** Merges an item of the patch into the one that the server has. */
  readonly mergeItem: (current: Fields, patch: Fields) => object
}

export interface MergedList {
  readonly items: readonly unknown[]
  /**
   * What the server's list looks like by then. Kubernetes merges in place: items behind a deleted one have
   * moved up, and new ones stand where the last ones were. It goes by this when it orders the list again.
   */
  readonly leftBehind: readonly unknown[]
}

/** The list of a field whose patch strategy is `merge`. */
export function mergeLists(
  current: readonly unknown[],
  patch: readonly unknown[],
  merge: ListMerge,
): MergedList {
  if (current.length === 0 && patch.length === 0) return { items: current, leftBehind: current }
  if (!isFields(firstOfSameType(current, patch))) {
    const items = [...new Set([...current, ...patch])]
    const order = { identity: mergeKeyOf(''), patch, server: current }
    return { items: orderItems(items, order), leftBehind: current }
  }
  if (merge.mergeKey === '') {
    throw patchFault('cannot merge lists without merge key for struct')
  }
  return mergeObjectLists(current, patch.filter(isFields), merge)
}

/** The items of `current` that are not in `patch`: a list of scalars of the parallel deletion list. */
export function deleteFromList(
  current: readonly unknown[],
  patch: readonly unknown[],
): readonly unknown[] {
  if (current.length === 0 && patch.length === 0) return current
  firstOfSameType(current, patch)
  const deleted = new Set(patch)
  return current.filter((item) => !deleted.has(item))
}

/** An item of both lists, of which all must have one type that is no list. */
export function firstOfSameType(current: readonly unknown[], patch: readonly unknown[]): unknown {
  const [first, ...others] = [...current, ...patch]
  if (first === undefined) throw patchFault('no elements in any of the given slices')
  // Kubernetes refuses lists of lists with these words, and those alone with that status.
  if (Array.isArray(first)) throw patchRejected()
  const type = goTypeOf(first)
  if (others.every((item) => goTypeOf(item) === type)) return first
  throw patchFault(`list element types are not identical: ${formatGo([current, patch])}`)
}

function mergeObjectLists(
  current: readonly unknown[],
  patch: readonly Fields[],
  { mergeKey, mergeItem }: ListMerge,
): MergedList {
  const identity = mergeKeyOf(mergeKey)
  const { kept, additions, isReplaced } = applyItemDirectives(current, patch, mergeKey)
  if (isReplaced) {
    const order = { identity, patch: [], server: additions }
    return { items: orderItems(additions, order), leftBehind: kept }
  }
  const items = [...kept]
  const places = new Map<unknown, number>()
  for (const [place, item] of items.entries()) {
    const key = isFields(item) ? item[mergeKey] : undefined
    if (key !== undefined && !places.has(key)) places.set(key, place)
  }
  for (const addition of additions) {
    const key = identity(addition)
    const place = places.get(key)
    const present = place === undefined ? undefined : items[place]
    if (place !== undefined && isFields(present)) items[place] = mergeItem(present, addition)
    else places.set(key, items.push(addition) - 1)
  }
  return {
    items: orderItems(items, { identity, patch: additions, server: kept }),
    leftBehind: items.slice(0, current.length),
  }
}

/** Takes the items with a `$patch` out of the patch and does what they say. */
function applyItemDirectives(
  current: readonly unknown[],
  patch: readonly Fields[],
  mergeKey: string,
): {
  readonly kept: readonly unknown[]
  readonly additions: readonly Fields[]
  readonly isReplaced: boolean
} {
  const deleted = new Set<unknown>()
  let isReplaced = false
  for (const item of patch) {
    if (!Object.hasOwn(item, '$patch')) continue
    const directive = item['$patch']
    if (directive === 'delete') deleted.add(mergeKeyOf(mergeKey)(item))
    else if (directive === 'replace') isReplaced = true
    else if (directive === 'merge') {
      throw patchFault('merging lists cannot yet be specified in the patch')
    } else throw unknownDirective(directive, item)
  }
  const isDeleted = (item: unknown): boolean =>
    isFields(item) && Object.hasOwn(item, mergeKey) && deleted.has(item[mergeKey])
  return {
    kept: current.filter((item) => !isDeleted(item)),
    additions: patch.filter((item) => !Object.hasOwn(item, '$patch')),
    isReplaced,
  }
}

export function unknownDirective(directive: unknown, patch: Fields): Error {
  return patchFault(`unknown patch type: ${formatGoText(directive)} in map: ${formatGo(patch)}`)
}
