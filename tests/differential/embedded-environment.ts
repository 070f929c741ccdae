import { inProcessClient } from '../../src/client/in-process-client.ts'
import { startControllers } from '../../src/controllers/controllers.ts'
import { Store } from '../../src/store/store.ts'
import { seededRandom } from '../../src/world/random.ts'
import { newVirtualClock } from '../../src/world/virtual-clock.ts'
import type { Environment } from './environment.ts'
import { play } from './play.ts'
import type { Scenario } from './scenario.ts'
import type { Trace } from './trace.ts'

/** As much time as a real cluster is given to become quiet. */
const QUIET_MS = 1_500

/** Our controllers over a store of their own, in virtual time: the same scenario gives the same trace. */
export async function playEmbedded(scenario: Scenario): Promise<Trace> {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const only = ['deployment', 'replicaset', 'gc'] as const
  const controllers = await startControllers({ client, clock, only })
  const environment: Environment = {
    client,
    nowMs: () => clock.wallMs(),
    quiet: () => clock.advance(QUIET_MS),
    pass: (seconds) => clock.advance(seconds * 1_000),
    async makeNamespace(name) {
      const metadata = { name }
      await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
    },
  }
  try {
    return await play(scenario, environment, 'played')
  } finally {
    await controllers.stop()
  }
}
