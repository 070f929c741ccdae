import { expect, test } from 'vitest'
import type { ConfigMap } from '../../api/core.ts'
import { ApiError, isApiError } from '../../api/api-error.ts'
import type { Client } from '../../client/client.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { podOf } from '../testing/objects.ts'

async function startEmptying(change: (client: Client) => Client = (client) => client) {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const controllers = await startControllers({
    client: change(client),
    clock,
    only: ['namespace', 'serviceaccount'],
    authority: 'PEM',
  })
  await client.create('Namespace', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
  })
  await clock.advance(1_000)
  return { clock, client, controllers }
}

function configMap(finalizers: readonly string[] = []): ConfigMap {
  const metadata = { name: 'settings', namespace: 'shop', finalizers }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata }
}

test('every namespace has its default account and the authority, also after somebody removed them', async () => {
  const { clock, client, controllers } = await startEmptying()
  const account = { namespace: 'shop', name: 'default' }
  const authority = { namespace: 'shop', name: 'kube-root-ca.crt' }
  expect((await client.get('ConfigMap', authority)).data).toEqual({ 'ca.crt': 'PEM' })
  const { uid } = (await client.get('ServiceAccount', account)).metadata
  await client.delete('ServiceAccount', account)
  await client.patch('ConfigMap', authority, { data: { 'ca.crt': 'another' } })
  await clock.advance(1_000)
  expect((await client.get('ServiceAccount', account)).metadata.uid).not.toBe(uid)
  expect((await client.get('ConfigMap', authority)).data).toEqual({ 'ca.crt': 'PEM' })
  await controllers.stop()
})

test('a deleted namespace goes when everything in it has gone, and no other loses anything', async () => {
  const { clock, client, controllers } = await startEmptying()
  await client.create('ConfigMap', configMap())
  await client.delete('Namespace', { name: 'shop' })
  await clock.advance(1_000)
  await expect(client.get('Namespace', { name: 'shop' })).rejects.toSatisfy((error) =>
    isApiError(error, 'NotFound'),
  )
  expect((await client.list('ConfigMap')).items.map(({ metadata }) => metadata.namespace)).toEqual([
    'default',
  ])
  await controllers.stop()
})

test('it waits for finalizers, and says for which', async () => {
  const { clock, client, controllers } = await startEmptying()
  await client.create('ConfigMap', configMap(['example.com/wait']))
  await client.delete('Namespace', { name: 'shop' })
  await clock.advance(2_000)
  const { status } = await client.get('Namespace', { name: 'shop' })
  expect(status?.phase).toBe('Terminating')
  expect(
    status?.conditions
      ?.filter(({ type }) => type.endsWith('Remaining'))
      .map(({ message }) => message),
  ).toEqual([
    'Some resources are remaining: configmaps. has 1 resource instances',
    'Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances',
  ])
  await client.patch(
    'ConfigMap',
    { namespace: 'shop', name: 'settings' },
    { metadata: { finalizers: null } },
  )
  await clock.advance(2_000)
  await expect(client.get('Namespace', { name: 'shop' })).rejects.toThrow('not found')
  await controllers.stop()
})

test('its pods have their grace period', async () => {
  const { clock, client, controllers } = await startEmptying()
  const { spec } = podOf('web', {})
  await client.create('Pod', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop' },
    spec,
  })
  await client.delete('Namespace', { name: 'shop' })
  await clock.advance(5_000)
  const pod = await client.get('Pod', { namespace: 'shop', name: 'web' })
  expect(pod.metadata.deletionGracePeriodSeconds).toBe(30)
  await client.delete('Pod', { namespace: 'shop', name: 'web' }, { gracePeriodSeconds: 0 })
  await clock.advance(1_000)
  await expect(client.get('Namespace', { name: 'shop' })).rejects.toThrow('not found')
  await controllers.stop()
})

test('conditions that others have written stay where they are', async () => {
  const { clock, client, controllers } = await startEmptying()
  const own = {
    type: 'example.com/Archived',
    status: 'False' as const,
    reason: 'Waiting',
    message: 'not yet',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }
  await client.create('ConfigMap', configMap(['example.com/wait']))
  const name = { name: 'shop' }
  await client.patch(
    'Namespace',
    name,
    { status: { conditions: [own] } },
    { subresource: 'status' },
  )
  await client.delete('Namespace', name)
  await clock.advance(1_000)
  const conditions = (await client.get('Namespace', name)).status?.conditions ?? []
  expect(conditions[0]).toEqual(own)
  expect(conditions.map(({ type }) => type).slice(1)).toEqual([
    'NamespaceDeletionDiscoveryFailure',
    'NamespaceDeletionGroupVersionParsingFailure',
    'NamespaceDeletionContentFailure',
    'NamespaceContentRemaining',
    'NamespaceFinalizersRemaining',
  ])
  await controllers.stop()
})

test('each kind is deleted at once, and nothing is asked while nothing happens', async () => {
  const asked: string[] = []
  const { clock, client, controllers } = await startEmptying((inner) => ({
    ...inner,
    list: (kind, options) => {
      asked.push(`list ${kind}`)
      return inner.list(kind, options)
    },
    deleteCollection: (kind, options) => {
      asked.push(`delete ${kind}`)
      return inner.deleteCollection(kind, options)
    },
  }))
  for (let index = 0; index < 100; index++) {
    const metadata = { name: `settings-${index}`, namespace: 'shop' }
    await client.create('ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata })
  }
  await client.create('ConfigMap', configMap(['example.com/wait']))
  asked.length = 0
  await client.delete('Namespace', { name: 'shop' })
  await clock.advance(1_000)
  const deletions = asked.filter((what) => what.startsWith('delete'))
  expect(deletions.toSorted()).toEqual(['delete ConfigMap', 'delete ServiceAccount'])
  // Once before and once after the deletion, and once more when it was all gone but one.
  expect(asked.filter((what) => what === 'list ConfigMap')).toHaveLength(3)
  asked.length = 0
  await clock.advance(13_000)
  expect(asked).toEqual([])
  await clock.advance(3_000)
  expect(asked.filter((what) => what === 'list ConfigMap')).toHaveLength(1)
  await controllers.stop()
})

test('a kind that cannot be deleted keeps the namespace, not the other kinds, and is told and tried again', async () => {
  let isBroken = true
  const { clock, client, controllers } = await startEmptying((inner) => ({
    ...inner,
    deleteCollection: async (kind, options) => {
      if (kind === 'ConfigMap' && isBroken) throw new ApiError('InternalError', 'disk full')
      return inner.deleteCollection(kind, options)
    },
  }))
  await client.create('ConfigMap', configMap())
  await client.delete('Namespace', { name: 'shop' })
  await clock.advance(1_000)
  const { status } = await client.get('Namespace', { name: 'shop' })
  expect(
    status?.conditions?.find(({ type }) => type === 'NamespaceDeletionContentFailure'),
  ).toMatchObject({
    status: 'True',
    reason: 'ContentDeletionFailed',
    message: 'Failed to delete all resource types, 1 remaining: disk full',
  })
  expect((await client.list('ServiceAccount', { namespace: 'shop' })).items).toEqual([])
  isBroken = false
  await clock.advance(10_000)
  await expect(client.get('Namespace', { name: 'shop' })).rejects.toThrow('not found')
  await controllers.stop()
})
