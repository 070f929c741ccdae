import { expect, test } from 'vitest'
import type { EndpointSlice, Service } from '../api/service.ts'
import { serviceContent, sliceContent } from './sync-trigger.ts'

const SLICE: EndpointSlice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-abc', namespace: 'default', resourceVersion: '7' },
  addressType: 'IPv4',
  ports: [{ port: 8080 }],
  endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
}

const SERVICE: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] },
}

test.each<[title: string, changed: EndpointSlice | undefined]>([
  [
    'an endpoint that is not ready yet',
    {
      ...SLICE,
      endpoints: [...SLICE.endpoints, { addresses: ['10.0.0.2'], conditions: { ready: false } }],
    },
  ],
  ['a condition', { ...SLICE, endpoints: [{ addresses: ['10.0.0.1'], conditions: {} }] }],
  ['a port', { ...SLICE, ports: [{ port: 8081 }] }],
  ['the end of the slice', undefined],
])('a sync follows %s', (_title, changed) => {
  expect(sliceContent(changed)).not.toBe(sliceContent(SLICE))
})

test('a new annotation or version of a slice causes no sync', () => {
  const touched = {
    ...SLICE,
    metadata: { ...SLICE.metadata, resourceVersion: '8', annotations: { note: 'x' } },
  }
  expect(sliceContent(touched)).toBe(sliceContent(SLICE))
})

test.each<[title: string, changed: Service, syncs: boolean]>([
  ['a new port', { ...SERVICE, spec: { ...SERVICE.spec, ports: [{ port: 81 }] } }, true],
  ['a new address', { ...SERVICE, spec: { ...SERVICE.spec, clusterIP: '10.96.0.11' } }, true],
  ['no address any more', { ...SERVICE, spec: { ...SERVICE.spec, clusterIP: 'None' } }, true],
  ['a new label', { ...SERVICE, metadata: { ...SERVICE.metadata, labels: { a: 'b' } } }, false],
  [
    'a UDP port',
    { ...SERVICE, spec: { ...SERVICE.spec, ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] } },
    false,
  ],
])('a Service with %s is judged by its address and TCP ports', (_title, changed, syncs) => {
  expect(serviceContent(changed) !== serviceContent(SERVICE)).toBe(syncs)
})

test('a headless Service causes no sync, come or gone', () => {
  const headless = { ...SERVICE, spec: { ...SERVICE.spec, clusterIP: 'None' } }
  expect(serviceContent(headless)).toBe(serviceContent(undefined))
})

test('a slice without ports and endpoints may have null for both', () => {
  // As kube-apiserver writes it while no pod is ready.
  const empty: EndpointSlice = JSON.parse(
    '{"metadata":{"name":"web-abc"},"addressType":"IPv4","endpoints":null,"ports":null}',
  )
  expect(sliceContent(empty)).toBe('["IPv4",[],[]]')
})
