import { assertNever } from '../../base/invariant.ts'
import type { Lane, LaneWorld } from './lane.ts'
import { IdleLane } from './idle-lane.ts'
import { LongLane } from './long-lane.ts'
import { NewLane } from './new-lane.ts'
import type { LaneShare } from '../plan.ts'
import { ReusedLane } from './reused-lane.ts'

/** The lane that a plan asks for. A new kind of lane is one file and one case here. */
export function openLane(world: LaneWorld, share: LaneShare): Lane {
  switch (share.lane) {
    case 'new':
      return new NewLane(world)
    case 'reused':
      return new ReusedLane(world, share)
    case 'idle':
      return new IdleLane(world, share)
    case 'long':
      return new LongLane(world, share)
    default:
      return assertNever(share.lane)
  }
}
