/**
 * Text that is equal for values that mean the same to Kubernetes: keys are sorted, and null, `[]`
 * and `{}` count as absent (equality.Semantic.DeepEqual on objects with defaults filled in). Zeros, false and
 * empty strings are kept: an empty label value or an explicit zero is a statement.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(canonical(value)) ?? 'null'
}

export function isSame(left: unknown, right: unknown): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right)
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
