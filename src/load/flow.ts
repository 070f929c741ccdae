import { apportion, type Apportionment } from './apportionment.ts'
import type { LoadPlan } from './plan.ts'
import { Fifo } from './lanes/fifo.ts'
import { ClosedLoop } from './schedules/closed-loop.ts'
import { openSchedule } from './schedules/open-schedule.ts'
import type { Schedule } from './schedules/schedule.ts'
import { shareOf, WHOLE } from './schedules/shard.ts'

/** A schedule and the lanes that share its requests. */
export interface Flow {
  readonly schedule: Schedule
  /** Deals the schedule's slots; it gives indices into `laneIndices`. */
  readonly turns: Apportionment
  /** Indices into the plan's lanes. */
  readonly laneIndices: readonly number[]
  /** Slots of this schedule that were planned: the index of the next one. */
  planned: number
  /**
   * Of sessions: since when the users who ended one are without, in the order of their ends, which is the order in
   * which they come back; 0 for those who lost nothing.
   */
  readonly withoutSince?: Fifo<number>
}

/** A client that lost its session waits so long before it opens the next one. */
const SESSION_REST_NS = 100e6

/** The flows of a plan: one for the arrivals, and a closed loop for each lane that holds sessions. */
export function flowsOf({ arrivals, lanes, shard = WHOLE }: LoadPlan): readonly Flow[] {
  const shared = [...lanes.keys()].filter((index) => lanes[index]!.sessions === undefined)
  const flows: Flow[] = []
  if (shared.length > 0) {
    flows.push({
      schedule: openSchedule(arrivals, shard),
      turns: apportion(shared.map((index) => lanes[index]!.share)),
      laneIndices: shared,
      planned: 0,
    })
  }
  for (const [index, { sessions }] of lanes.entries()) {
    if (sessions === undefined) continue
    const held = shareOf(sessions, shard)
    flows.push({
      schedule: new ClosedLoop(held, SESSION_REST_NS),
      turns: apportion([1]),
      laneIndices: [index],
      planned: 0,
      withoutSince: new Fifo(),
    })
  }
  return flows
}
