import { isFields, memberOf } from '../base/fields.ts'

/**
 * A deeply frozen value equal to `next`, as JSON would carry it: members that are undefined or null are
 * absent (Kubernetes does not tell them apart). Parts that equal those of `previous`, which must be such a
 * value already, are its very parts, so the result is `previous` itself exactly when nothing changed;
 * parts of `next` that are frozen throughout are taken as they are. `next` itself is never changed.
 */
export function freezeSharing<T>(next: T, previous?: unknown): T {
  if (typeof next !== 'object' || next === null || next === previous) return next
  const result = Array.isArray(next)
    ? freezeArray(next, Array.isArray(previous) ? previous : undefined)
    : freezeObject(next, isFields(previous) ? previous : undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy of T, member by member
  return result as T
}

function freezeArray(
  next: readonly unknown[],
  previous: readonly unknown[] | undefined,
): readonly unknown[] {
  let isNext = Object.isFrozen(next)
  let isPrevious = previous?.length === next.length
  const items = next.map((item, index) => {
    const frozen = freezeSharing(item ?? null, previous?.[index])
    if (frozen !== item) isNext = false
    if (frozen !== previous?.[index]) isPrevious = false
    return frozen
  })
  if (isPrevious && previous !== undefined) return previous
  return isNext ? next : Object.freeze(items)
}

function freezeObject(next: object, previous: Record<string, unknown> | undefined): object {
  let isNext = Object.isFrozen(next)
  let isPrevious = previous !== undefined
  const members: [string, unknown][] = []
  for (const [name, value] of Object.entries(next) as [string, unknown][]) {
    if (value === undefined || value === null) {
      isNext = false
      continue
    }
    const old = memberOf(previous, name)
    const frozen = freezeSharing(value, old)
    if (frozen !== value) isNext = false
    if (frozen !== old) isPrevious = false
    members.push([name, frozen])
  }
  if (isPrevious && previous !== undefined && Object.keys(previous).length === members.length) {
    return previous
  }
  return isNext ? next : Object.freeze(Object.fromEntries(members))
}
