import { expect, test } from 'vitest'
import type { ConfigMap } from '../../api/core.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'

function configMap(name: string, owners: readonly ConfigMap[] = []): ConfigMap {
  const ownerReferences = owners.map(({ metadata }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: metadata.name,
    uid: metadata.uid ?? '',
    blockOwnerDeletion: true,
  }))
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', ownerReferences },
  }
}

async function startCollector() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const controllers = await startControllers({ client, clock, only: ['gc'] })
  return {
    client,
    controllers,
    names: async () => {
      await clock.advance(1_000)
      return (await client.list('ConfigMap')).items.map(({ metadata }) => metadata.name)
    },
  }
}

const named = (name: string) => ({ namespace: 'default', name })

test('what was made for an owner that is already gone is collected', async () => {
  const { client, controllers, names } = await startCollector()
  const owner = await client.create('ConfigMap', configMap('owner'))
  await client.delete('ConfigMap', named('owner'))
  await client.create('ConfigMap', configMap('late', [owner]))
  expect(await names()).toEqual([])
  await controllers.stop()
})

test('an owner of the same name with another uid is another owner', async () => {
  const { client, controllers, names } = await startCollector()
  const owner = await client.create('ConfigMap', configMap('owner'))
  await client.create('ConfigMap', configMap('child', [owner]))
  expect(await names()).toEqual(['child', 'owner'])
  await client.delete('ConfigMap', named('owner'))
  await client.create('ConfigMap', configMap('owner'))
  expect(await names()).toEqual(['owner'])
  await controllers.stop()
})

test('a dependent with two owners goes with the last of them', async () => {
  const { client, controllers, names } = await startCollector()
  const first = await client.create('ConfigMap', configMap('first'))
  const second = await client.create('ConfigMap', configMap('second'))
  await client.create('ConfigMap', configMap('child', [first, second]))
  await client.delete('ConfigMap', named('first'))
  expect(await names()).toEqual(['child', 'second'])
  const child = await client.get('ConfigMap', named('child'))
  expect(child.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['second'])
  await client.delete('ConfigMap', named('second'))
  expect(await names()).toEqual([])
  await controllers.stop()
})

test('a deletion in the foreground takes a chain from its end', async () => {
  const { client, controllers, names } = await startCollector()
  const top = await client.create('ConfigMap', configMap('top'))
  const middle = await client.create('ConfigMap', configMap('middle', [top]))
  const { metadata, ...bottom } = configMap('bottom', [middle])
  await client.create('ConfigMap', {
    ...bottom,
    metadata: { ...metadata, finalizers: ['test/keep'] },
  })
  await client.delete('ConfigMap', named('top'), { propagationPolicy: 'Foreground' })
  expect(await names()).toEqual(['bottom', 'middle', 'top'])
  await client.patch('ConfigMap', named('bottom'), { metadata: { finalizers: null } })
  expect(await names()).toEqual([])
  await controllers.stop()
})

test('orphans outlive their owner', async () => {
  const { client, controllers, names } = await startCollector()
  const owner = await client.create('ConfigMap', configMap('owner'))
  await client.create('ConfigMap', configMap('child', [owner]))
  await client.delete('ConfigMap', named('owner'), { propagationPolicy: 'Orphan' })
  expect(await names()).toEqual(['child'])
  const child = await client.get('ConfigMap', named('child'))
  expect(child.metadata.ownerReferences ?? []).toEqual([])
  await controllers.stop()
})

test('an owner in another namespace is none, and an owner of a kind that is not served keeps all', async () => {
  const { client, controllers, names } = await startCollector()
  const metadata = { name: 'far' }
  await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
  const owner = await client.create('ConfigMap', configMap('owner'))
  const child = configMap('child', [owner])
  await client.create('ConfigMap', { ...child, metadata: { ...child.metadata, namespace: 'far' } })
  const robot = { apiVersion: 'example.com/v1', kind: 'Robot', name: 'r', uid: 'u' }
  const kept = configMap('kept')
  const references = [robot, { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'v' }]
  await client.create('ConfigMap', {
    ...kept,
    metadata: { ...kept.metadata, ownerReferences: references },
  })
  expect(await names()).toEqual(['kept', 'owner'])
  const events = (await client.list('Event')).items.map(({ reason, message }) => [reason, message])
  expect(events).toEqual([
    [
      'OwnerRefInvalidNamespace',
      `ownerRef [v1/ConfigMap, namespace: far, name: owner, uid: ${owner.metadata.uid}] does not exist in namespace "far"`,
    ],
  ])
  await controllers.stop()
})
