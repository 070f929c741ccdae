/**
 * When requests are to start, over nanoseconds since the schedule's own start. A generator that was
 * late finds all its slots still due, where the plan put them, and their wait counts as latency (no
 * coordinated omission).
 */
export interface Schedule {
  /** Slots in all; Infinity when only the generator's stop ends it. */
  readonly count: number
  /** Whole nanoseconds from the start to slot `index` (0 to count - 1); never decreases with it. */
  slotAtNs(index: number): number
  /** How many slots are due at `elapsedNs`: those with `slotAtNs` at or before it. */
  dueCount(elapsedNs: number): number
  /** A request of this schedule has ended. Only a closed loop cares: it makes its next slot due. */
  onEnded?(elapsedNs: number): void
}
