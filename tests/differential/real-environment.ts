import { getIfThere } from '../../src/client/get-if-there.ts'
import type { Client } from '../../src/client/client.ts'
import { sleep, type Clock } from '../../src/world/clock.ts'
import type { Environment } from './environment.ts'

/** After which there is something wrong. */
const WAIT_MS_MAX = 60_000

/** A cluster that goes its own pace; it is quiet when nothing has happened for `quietMs`. */
export function realEnvironment(client: Client, clock: Clock, quietMs: number): Environment {
  return {
    client,
    nowMs: () => clock.wallMs(),
    pass: (seconds) => sleep(clock, seconds * 1_000),
    async quiet(signs) {
      for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += quietMs) {
        const before = signs.activity()
        await sleep(clock, quietMs)
        if (signs.activity() === before && (await signs.isSettled())) return
      }
      throw new Error('the cluster does not become quiet')
    },
    async makeNamespace(name) {
      const metadata = { name }
      await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
      const account = { namespace: name, name: 'default' }
      for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += 100) {
        if ((await getIfThere(client, 'ServiceAccount', account)) !== undefined) return
        await sleep(clock, 100)
      }
      throw new Error(`no service account in namespace ${name}`)
    },
  }
}
