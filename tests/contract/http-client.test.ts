import { setTimeout as sleep } from 'node:timers/promises'
import { describe } from 'vitest'
import { isApiError } from '../../src/api/api-error.ts'
import type { Client } from '../../src/client/client.ts'
import { getIfThere } from '../../src/client/get-if-there.ts'
import { openRealCluster, withoutSystemObjects } from '../support/real-cluster.ts'
import { describeClient } from './client-contract.ts'

/** The kubeconfig of a real cluster that these tests may use as their own, its namespace `default` included. */
const REAL = process.env['KUBECONFIG_REAL']

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
