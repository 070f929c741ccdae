import { assertNever } from '../../base/invariant.ts'
import type { Arrivals } from '../plan.ts'
import { ClosedLoop } from './closed-loop.ts'
import { rateProfile } from './rate-profile.ts'
import { recordedArrivals } from './recorded-arrivals.ts'
import type { Schedule } from './schedule.ts'
import { type Shard, shardOf, shareOf } from './shard.ts'

/** The schedule that a plan asks for, or one shard's part of it. */
export function openSchedule(arrivals: Arrivals, shard: Shard): Schedule {
  switch (arrivals.kind) {
    case 'rate':
      return shardOf(rateProfile(arrivals.stages), shard)
    case 'recorded':
      return shardOf(recordedArrivals(arrivals.offsetsNs), shard)
    case 'users':
      // Each user waits for its own answers, so users are dealt, not slots.
      return new ClosedLoop(shareOf(arrivals.users, shard))
    default:
      return assertNever(arrivals)
  }
}
