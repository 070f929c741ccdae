/**
 * Whether JSON data is nested deeper than `depthMax` (a scalar has depth 0). Looks level by level and not
 * by recursion, since it is asked before anything recurses.
 */
export function isNestedDeeper(value: unknown, depthMax: number): boolean {
  let level: readonly object[] = isContainer(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > depthMax) return true
    level = level.flatMap((parent) => Object.values(parent).filter(isContainer))
  }
  return false
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
