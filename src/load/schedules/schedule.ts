/**
 * When requests are to start, as arithmetic over nanoseconds since the schedule's own start. A
 * schedule has no memory: a generator that was late finds all its slots still due, where the plan
 * put them, and their wait counts as latency (no coordinated omission).
 */
export interface Schedule {
  /** Whole nanoseconds from the start to slot `sequence` (from 0); never decreases with it. */
  slotAtNs(sequence: number): number
  /** How many slots are due at `elapsedNs`: those with `slotAtNs` at or before it. */
  dueCount(elapsedNs: number): number
}

const NS_PER_SECOND = 1e9

/**
 * Slot k at k / rate: any whole second of a whole rate holds exactly `ratePerSecond` slots.
 * The rate may be a fraction; it must be above 0. Slots stay exact to a nanosecond for 100 days.
 */
export function constantRate(ratePerSecond: number): Schedule {
  const slotAtNs = (sequence: number) => Math.round((sequence * NS_PER_SECOND) / ratePerSecond)
  return {
    slotAtNs,
    dueCount(elapsedNs) {
      if (elapsedNs < 0) return 0
      // Division in floating point may miss by one slot; the slots themselves decide.
      let count = Math.floor((elapsedNs * ratePerSecond) / NS_PER_SECOND) + 1
      while (count > 0 && slotAtNs(count - 1) > elapsedNs) count--
      while (slotAtNs(count) <= elapsedNs) count++
      return count
    },
  }
}
