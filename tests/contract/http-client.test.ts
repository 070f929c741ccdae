import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { isApiError } from '../../src/api/api-error.ts'
import type { Client } from '../../src/client/client.ts'
import { getIfThere } from '../../src/client/get-if-there.ts'
import { newHttpClient } from '../../src/client/http-client.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { openRealCluster, withoutSystemObjects } from '../support/real-cluster.ts'
import { startTestApiServer, TOKEN } from '../support/running-api-server.ts'
import { describeClient } from './client-contract.ts'

/** The kubeconfig of a real cluster that these tests may use as their own, its namespace `default` included. */
const REAL = process.env['KUBECONFIG_REAL']

describeClient('the client of our API server', async () => {
  const server = await startTestApiServer()
  const caller = liveHttpCallers().open({ baseUrl: server.url })
  const client = newHttpClient({ caller, clock: liveClock(), token: TOKEN })
  return {
    client,
    // What was sent to the watches before an answer is there before it too: all sockets are of one process.
    async settle() {
      for (let turn = 0; turn < 20; turn++) await client.get('Namespace', { name: 'default' })
    },
    async close() {
      await caller.close()
      await server.close()
      expect(server.faults).toEqual([])
    },
  }
})

describe.skipIf(REAL === undefined)('over HTTP', () => {
  describeClient('the client of a real API server', async () => {
    const { client: whole, close } = await openRealCluster(REAL ?? '', 'hitless-contract')
    const client = withoutSystemObjects(whole)
    await empty(client)
    // Events of finished writes take some milliseconds.
    return { client, settle: () => sleep(500), close }
  })
})

async function empty(client: Client): Promise<void> {
  for (const kind of ['ConfigMap', 'Pod'] as const) {
    for (const { metadata } of (await client.list(kind)).items) {
      if (metadata.finalizers !== undefined) {
        await client.patch(kind, metadata, { metadata: { finalizers: null } })
      }
      await client.delete(kind, metadata, { gracePeriodSeconds: 0 }).catch((error: unknown) => {
        if (!isApiError(error, 'NotFound')) throw error
      })
    }
  }
  const other = { name: 'other' }
  if ((await getIfThere(client, 'Namespace', other)) === undefined) return
  await client.delete('Namespace', other)
  while ((await getIfThere(client, 'Namespace', other)) !== undefined) await sleep(100)
}
