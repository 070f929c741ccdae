/** The name that was probably meant, if one is near enough; capitals count for nothing. */
export function suggestName(written: string, known: readonly string[]): string | undefined {
  const lower = written.toLowerCase()
  const distanceMax = Math.max(1, Math.floor(written.length / 3))
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of known) {
    const distance = editDistance(lower, name.toLowerCase())
    if (distance <= distanceMax && (best === undefined || distance < best.distance)) {
      best = { name, distance }
    }
  }
  return best?.name
}

/** `did you mean "replicas"?`, or undefined when nothing is near. */
export function didYouMean(written: string, known: readonly string[]): string | undefined {
  const name = suggestName(written, known)
  return name === undefined ? undefined : `did you mean ${JSON.stringify(name)}?`
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforePrevious: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row: number[] = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1]
      let cost = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (isSame ? 0 : 1),
      )
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
