import { expect, test } from 'vitest'
import type { ConfigMap } from '../../api/core.ts'
import { isApiError } from '../../api/api-error.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { podOf } from '../testing/objects.ts'

async function startEmptying() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const controllers = await startControllers({
    client,
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
