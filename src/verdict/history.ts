interface Timed {
  readonly at: number
}

/** The last of `steps` (in the order of time) at or before `at`; undefined when there was none yet. */
export function latestAt<T extends Timed>(steps: readonly T[], at: number): T | undefined {
  return steps[countUntil(steps, at) - 1]
}

/** The first of `steps` (in the order of time) after `at`. */
export function nextAfter<T extends Timed>(steps: readonly T[], at: number): T | undefined {
  return steps[countUntil(steps, at)]
}

/** How many of `steps` are at or before `at`, by halving. */
function countUntil(steps: readonly Timed[], at: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const step = steps[middle]
    if (step !== undefined && step.at <= at) low = middle + 1
    else high = middle
  }
  return low
}
