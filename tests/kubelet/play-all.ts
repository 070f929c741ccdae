import { liveClock } from '../../src/world/live/clock.ts'
import { play } from './play.ts'
import type { Scenario } from './scenario.ts'
import { type Trace, traceOf } from './trace.ts'
import { startUpCluster } from './up-cluster.ts'

/** So many lives at a time: starting all at once would be a load of its own. */
const AT_ONCE = 12

/** Our node's traces of all scenarios, in one cluster. A scenario that cannot be played has its error. */
export async function playAll(
  scenarios: readonly Scenario[],
): Promise<ReadonlyMap<string, Trace | Error>> {
  const cluster = await startUpCluster()
  const clock = liveClock()
  const traces = new Map<string, Trace | Error>()
  const waiting = longestFirst(scenarios)
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const { name } = scenario
      const namespace = `kubelet-${name}-1`
      traces.set(
        name,
        await play(scenario, { client: cluster.client, clock, namespace }).then(
          (life) => traceOf(scenario, life),
          (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
        ),
      )
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } finally {
    await cluster.stop()
  }
  return traces
}

function longestFirst(scenarios: readonly Scenario[]): Scenario[] {
  return scenarios.toSorted((a, b) => Number(b.isLong ?? false) - Number(a.isLong ?? false))
}
