import type { LoadPlan } from './plan.ts'
import { shareOf } from './schedules/shard.ts'

/** A plan for each of `workers` generators: together they have each slot and each connection once. */
export function sharePlan(plan: LoadPlan, workers: number): readonly LoadPlan[] {
  return Array.from({ length: workers }, (_, index) => {
    const shard = { index, of: workers }
    // Everybody needs one; where there are fewer than generators, there are as many as generators.
    const part = (connections: number) => Math.max(1, shareOf(connections, shard))
    return {
      ...plan,
      shard,
      connectionsMax: part(plan.connectionsMax),
      lanes: plan.lanes.map((lane) =>
        lane.connections === undefined ? lane : { ...lane, connections: part(lane.connections) },
      ),
    }
  })
}
