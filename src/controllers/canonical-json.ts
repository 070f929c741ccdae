import { isFields, memberOf } from '../base/fields.ts'

/**
 * Text that is equal for values that mean the same to Kubernetes: keys are sorted, and null, `[]`
 * and `{}` count as absent (equality.Semantic.DeepEqual on objects with defaults filled in). Zeros, false and
 * empty strings are kept: an empty label value or an explicit zero is a statement.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(canonical(value)) ?? 'null'
}

/**
 * Whether two values mean the same to Kubernetes: what canonicalJson would say of them. Parts that both
 * share are not looked into, and stored objects share all that did not change.
 */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]))
  }
  if (!isFields(left) || !isFields(right)) return isAbsent(left) && isAbsent(right)
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...names].every((name) => isSame(memberOf(left, name), memberOf(right, name)))
}

function isAbsent(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  return isFields(value) && Object.values(value).every(isAbsent)
}

function canonical(value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  // Elements of a list stay, empty or not: their places mean something.
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item) => canonical(item) ?? null)
  }
  if (typeof value !== 'object') return value
  const entries = Object.entries(value)
    .map(([key, member]) => [key, canonical(member)] as const)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
