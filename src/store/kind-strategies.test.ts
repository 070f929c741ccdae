import { expect, test } from 'vitest'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

// What is expected here was measured on kube-apiserver 1.34.4.

const NAME = { namespace: 'default', name: 'web' }

test('the generation of an EndpointSlice counts its labels, and no other metadata', () => {
  const { store } = newStore()
  store.create('EndpointSlice', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: NAME,
    addressType: 'IPv4',
    endpoints: [],
  })
  const generationAfter = (patch: Readonly<Record<string, unknown>>) =>
    store.patch('EndpointSlice', NAME, patch).metadata.generation
  expect(generationAfter({ metadata: { annotations: { a: 'b' } } })).toBe(1)
  expect(generationAfter({ metadata: { labels: { a: 'b' } } })).toBe(2)
  expect(generationAfter({ endpoints: [{ addresses: ['192.0.2.1'] }] })).toBe(3)
})

test('the status of a Pod keeps its owners and its class', () => {
  const { store } = newStore()
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u' }]
  store.create('Pod', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...NAME, ownerReferences },
    spec: { containers: [{ name: 'c', image: 'x' }] },
  })
  const patch = { metadata: { ownerReferences: null }, status: { qosClass: null, message: 'm' } }
  const { metadata, status } = store.patch('Pod', NAME, patch, { subresource: 'status' })
  expect(metadata.ownerReferences).toEqual(ownerReferences)
  expect(status).toEqual({ phase: 'Pending', qosClass: 'BestEffort', message: 'm' })
})

test('a Secret is given texts and keeps them encoded', () => {
  const { store } = newStore()
  const data = { a: 'YQ==', b: 'Yg==' }
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: NAME } as const
  const created = store.create('Secret', { ...secret, data, stringData: { a: 'zé' } })
  expect([created.data, created.stringData]).toEqual([{ a: 'esOp', b: 'Yg==' }, undefined])
  const patched = store.patch('Secret', NAME, { stringData: { b: 'x' } })
  expect(patched.data).toEqual({ a: 'esOp', b: 'eA==' })
})

test('an Ingress without a class gets the newest of the default ones', async () => {
  const { store, clock } = newStore()
  for (const name of ['b', 'a', 'c']) {
    const annotations = { 'ingressclass.kubernetes.io/is-default-class': String(name !== 'c') }
    store.create('IngressClass', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name, annotations },
      spec: { controller: 'example.com/ingress' },
    })
    await clock.advance(1_000)
  }
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } }
  const created = store.create('Ingress', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: NAME,
    spec: { defaultBackend },
  })
  expect(created.spec?.ingressClassName).toBe('a')
})

test('a reference of a ServiceAccount to a Secret is its name alone', () => {
  const { store } = newStore()
  const secrets = [{ name: 'a', kind: 'Secret', namespace: 'other' }]
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: NAME, secrets } as const
  expect(store.create('ServiceAccount', account).secrets).toEqual([{ name: 'a' }])
})

function newStore() {
  const clock = newVirtualClock()
  return { clock, store: new Store({ clock, random: seededRandom(7) }) }
}
