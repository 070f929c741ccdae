import { isFields } from '../../base/fields.ts'

/**
 * The order of a merged list (apimachinery, strategicpatch): items that the patch names keep the patch's
 * order, all others keep the server's, and the two are interleaved by the server's order.
 * https://git.k8s.io/design-proposals-archive/cli/preserve-order-in-strategic-merge-patch.md
 */

/** What tells an item from the others: the value of its merge key, or itself. */
export type Identity = (item: unknown) => unknown

export interface ListOrder {
  readonly identity: Identity
  /** The order of the items that the patch names, and which ones those are. */
  readonly patch: readonly unknown[]
  readonly server: readonly unknown[]
}

export function orderItems(
  items: readonly unknown[],
  { identity, patch, server }: ListOrder,
): readonly unknown[] {
  const patchPlaces = placesOf(patch, identity)
  const serverPlaces = placesOf(server, identity)
  const named = items.filter((item) => patchPlaces.has(identity(item)))
  const others = items.filter((item) => !patchPlaces.has(identity(item)))
  const placeIn = (places: Places) => (item: unknown) => places.get(identity(item))
  return interleave(
    deletionsLast(sortByPlace(others, placeIn(serverPlaces))),
    deletionsLast(sortByPlace(named, placeIn(patchPlaces))),
    placeIn(serverPlaces),
  )
}

/** A directive to delete is among the items only if nothing was there that it could delete from. */
function deletionsLast(items: readonly unknown[]): readonly unknown[] {
  if (!items.some(isDeletion)) return items
  return [...items.filter((item) => !isDeletion(item)), ...items.filter(isDeletion)]
}

function isDeletion(item: unknown): boolean {
  return isFields(item) && item['$patch'] === 'delete'
}

type Places = ReadonlyMap<unknown, number>
type PlaceOf = (item: unknown) => number | undefined

/** Where items with the same identity occur more than once, the first counts. */
function placesOf(items: readonly unknown[], identity: Identity): Places {
  const places = new Map<unknown, number>()
  for (const [place, item] of items.entries()) {
    if (!places.has(identity(item))) places.set(identity(item), place)
  }
  return places
}

/** Takes an item of `left` first only where both have a place and its is the smaller one. */
function interleave(
  left: readonly unknown[],
  right: readonly unknown[],
  placeOf: PlaceOf,
): readonly unknown[] {
  const merged: unknown[] = []
  let taken = 0
  for (const item of right) {
    const place = placeOf(item)
    while (taken < left.length && isBefore(placeOf(left[taken]), place)) merged.push(left[taken++])
    merged.push(item)
  }
  return [...merged, ...left.slice(taken)]
}

function isBefore(left: number | undefined, right: number | undefined): boolean {
  return left !== undefined && right !== undefined && left < right
}

/** Up to here Go's stable sort is an insertion sort. */
const INSERTION_SORT_MAX = 20

/**
 * Kubernetes sorts with a comparison that calls an item without a place smaller than any other, on either
 * side. What comes of that depends on the sort; so the same one is used where there are such items.
 */
function sortByPlace(items: readonly unknown[], placeOf: PlaceOf): readonly unknown[] {
  const hasStrangers = items.some((item) => placeOf(item) === undefined)
  if (!hasStrangers || items.length > INSERTION_SORT_MAX) {
    return items.toSorted((a, b) => (placeOf(a) ?? -1) - (placeOf(b) ?? -1))
  }
  const sorted: unknown[] = []
  for (const item of items) {
    const goesBefore = (other: unknown): boolean => {
      const [place, otherPlace] = [placeOf(item), placeOf(other)]
      return place === undefined || otherPlace === undefined || place < otherPlace
    }
    const stop = sorted.findLastIndex((other) => !goesBefore(other))
    sorted.splice(stop + 1, 0, item)
  }
  return sorted
}
