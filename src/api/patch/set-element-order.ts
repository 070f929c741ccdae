/** `$setElementOrder/…`: all items that the sender of a patch knows, in the order that it wants. */
import { isFields } from '../../base/fields.ts'
import { formatGo } from './go-format.ts'
import type { Identity } from './list-order.ts'
import { patchFault, wrongType } from './patch-refusal.ts'

/** The value of the merge key, which an item must have; the item itself where there is no such key. */
export function mergeKeyOf(mergeKey: string): Identity {
  return (item) => {
    if (mergeKey === '') return item
    if (!isFields(item)) throw wrongType('map[string]interface {}', item)
    if (Object.hasOwn(item, mergeKey)) return item[mergeKey]
    throw patchFault(`map: ${formatGo(item)} does not contain declared merge key: ${mergeKey}`)
  }
}

/** What the patch adds or changes must be listed in the order, and stand in that order itself. */
export function requireSameOrder(
  patch: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string,
): void {
  if (patch.length === 0 || order.length === 0) return
  const identity = mergeKeyOf(mergeKey)
  const changed = patch.filter((item) => directiveOf(item) !== 'delete')
  let seen = 0
  let place = 0
  // Another directive is passed over only as long as there is order left, as Kubernetes does it.
  while (seen < changed.length && place < order.length) {
    if (directiveOf(changed[seen]) !== undefined) seen++
    else if (identity(changed[seen]) === identity(order[place++])) seen++
  }
  if (seen === changed.length) return
  const message = `The order in patch list:\n${formatGo(patch)}\n doesn't match`
  throw patchFault(`${message} $setElementOrder list:\n${formatGo(order)}\n`)
}

/** The `$patch` of an item, if it has one. */
function directiveOf(item: unknown): unknown {
  return isFields(item) ? item['$patch'] : undefined
}
