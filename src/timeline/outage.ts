/** Failures further apart than this belong to different outages. */
export const OUTAGE_GAP_NS = 1e9

/** Groups failures into outages, in the order of time; each one is in exactly one of them. */
export function groupIntoOutages<T extends { readonly intendedAt: number }>(
  failures: readonly T[],
): readonly (readonly T[])[] {
  const groups: T[][] = []
  let lastAt = -Infinity
  for (const failure of failures.toSorted((a, b) => a.intendedAt - b.intendedAt)) {
    if (failure.intendedAt - lastAt >= OUTAGE_GAP_NS) groups.push([])
    groups.at(-1)?.push(failure)
    lastAt = failure.intendedAt
  }
  return groups
}
