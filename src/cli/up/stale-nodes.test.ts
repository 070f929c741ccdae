import { expect, test } from 'vitest'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { removeStaleNodes } from './stale-nodes.ts'

test('nodes that are no longer run go with their pods, all others stay', async () => {
  const client = inProcessClient(new Store({ clock: newVirtualClock(), random: seededRandom(1) }))
  for (const name of ['a', 'b']) {
    await client.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name } })
    await client.create('Pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `on-${name}`, namespace: 'default' },
      spec: { nodeName: name, containers: [{ name: 'app', image: 'app:v1' }] },
    })
  }
  await removeStaleNodes(client, new Set(['b', 'gone-already']))
  const names = async (kind: 'Node' | 'Pod') =>
    (await client.list(kind)).items.map(({ metadata }) => metadata.name)
  expect(await names('Node')).toEqual(['a'])
  expect(await names('Pod')).toEqual(['on-a'])
})
