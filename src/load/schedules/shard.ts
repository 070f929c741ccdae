import type { Schedule } from './schedule.ts'

/** One of several generators that share a plan. */
export interface Shard {
  /** From 0 to `of` - 1. */
  readonly index: number
  readonly of: number
}

/** The part of a generator that has the plan for itself. */
export const WHOLE: Shard = { index: 0, of: 1 }

/** Every `of`-th slot of a schedule, from `index` on: all shards together have each slot exactly once. */
export function shardOf(schedule: Schedule, { index, of }: Shard): Schedule {
  if (of === 1) return schedule
  const share = (slots: number) => shareOf(slots, { index, of })
  return {
    count: share(schedule.count),
    slotAtNs: (slot) => schedule.slotAtNs(slot * of + index),
    dueCount: (elapsedNs) => share(schedule.dueCount(elapsedNs)),
  }
}

/** How many of `total` things, dealt in turn, this shard gets. */
export function shareOf(total: number, { index, of }: Shard): number {
  return Math.max(0, Math.ceil((total - index) / of))
}
