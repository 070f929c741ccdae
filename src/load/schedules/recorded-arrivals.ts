import type { Schedule } from './schedule.ts'

/** Replays arrivals: nanoseconds since the start, not decreasing. The first one keeps its distance from it. */
export function recordedArrivals(offsetsNs: readonly number[]): Schedule {
  return {
    count: offsetsNs.length,
    slotAtNs: (index) => offsetsNs[index]!,
    dueCount(elapsedNs) {
      let [low, high] = [0, offsetsNs.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (offsetsNs[middle]! <= elapsedNs) low = middle + 1
        else high = middle
      }
      return low
    },
  }
}
