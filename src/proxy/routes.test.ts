import { expect, test } from 'vitest'
import type { Endpoint, EndpointSlice, Service, ServiceSpec } from '../api/service.ts'
import { planRoutes } from './routes.ts'

const READY = { ready: true, serving: true, terminating: false }
const NOT_READY = { ready: false, serving: false, terminating: false }
const DRAINING = { ready: false, serving: true, terminating: true }
const ENDING = { ready: false, serving: false, terminating: true }

function service(spec: Partial<ServiceSpec> = {}, name = 'web'): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { clusterIP: '10.96.0.10', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
  }
}

function slice(endpoints: readonly Endpoint[], rest: Partial<EndpointSlice> = {}): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'web-abc',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'web' },
    },
    addressType: 'IPv4',
    ports: [{ port: 8080, protocol: 'TCP' }],
    endpoints,
    ...rest,
  }
}

function at(ip: string, conditions?: Endpoint['conditions']): Endpoint {
  return { addresses: [ip], ...(conditions === undefined ? {} : { conditions }) }
}

const addresses = (services: readonly Service[], slices: readonly EndpointSlice[]) =>
  planRoutes(services, slices).map(({ endpoints }) =>
    endpoints.map(({ ip, port }) => `${ip}:${port}`),
  )

test.each<[title: string, endpoints: Endpoint[], chosen: string[]]>([
  ['every ready endpoint is used', [at('10.0.0.1', READY), at('10.0.0.2', READY)], ['1', '2']],
  [
    'one ready endpoint is enough to leave the terminating ones out',
    [at('10.0.0.1', READY), at('10.0.0.2', DRAINING), at('10.0.0.3', NOT_READY)],
    ['1'],
  ],
  [
    'without a ready endpoint those that serve while terminating are used',
    [at('10.0.0.1', NOT_READY), at('10.0.0.2', DRAINING), at('10.0.0.3', ENDING)],
    ['2'],
  ],
  [
    'serving without terminating is no last resort',
    [at('10.0.0.1', { ready: false, serving: true, terminating: false })],
    [],
  ],
  [
    'nothing that serves leaves no endpoint',
    [at('10.0.0.1', NOT_READY), at('10.0.0.2', ENDING)],
    [],
  ],
  ['conditions that are not set count as ready', [at('10.0.0.1')], ['1']],
  [
    'an unset serving counts as serving',
    [at('10.0.0.1', { ready: false, terminating: true })],
    ['1'],
  ],
  [
    'an endpoint published while not ready is used even when terminating',
    [at('10.0.0.1', { ready: true, serving: false, terminating: true })],
    ['1'],
  ],
  [
    'an endpoint in two slices counts once, and the order is that of the addresses',
    [at('10.0.0.2', READY), at('10.0.0.1', READY), at('10.0.0.2', READY)],
    ['1', '2'],
  ],
  ['only the first of several addresses counts', [{ addresses: ['10.0.0.1', '10.0.0.9'] }], ['1']],
])('%s', (_title, endpoints, chosen) => {
  const expected = chosen.map((last) => `10.0.0.${last}:8080`)
  expect(addresses([service()], [slice(endpoints)])).toEqual([expected])
})

test.each<[title: string, spec: Partial<ServiceSpec>]>([
  ['headless', { clusterIP: 'None' }],
  ['ExternalName', { type: 'ExternalName' }],
  ['not given an address yet', { clusterIP: '' }],
  ['UDP only', { ports: [{ port: 53, protocol: 'UDP' }] }],
])('a Service that is %s has no route', (_title, spec) => {
  expect(planRoutes([service(spec)], [slice([at('10.0.0.1', READY)])])).toEqual([])
})

test('a Service without slices keeps its route, without endpoints', () => {
  expect(planRoutes([service()], [])).toEqual([
    {
      service: { kind: 'Service', namespace: 'default', name: 'web' },
      clusterIP: '10.96.0.10',
      port: 80,
      endpoints: [],
    },
  ])
})

test('ports of a Service and a slice belong together by name', () => {
  const ports = [
    { name: 'metrics', port: 9090 },
    { name: 'http', port: 80 },
  ]
  const slices = [
    slice([at('10.0.0.1')], { ports: [{ name: 'http', port: 8080 }] }),
    // Another pod may resolve the same named target port to another number.
    slice([at('10.0.0.2')], { ports: [{ name: 'http', port: 8081 }] }),
    slice([at('10.0.0.1')], {
      ports: [
        { name: 'metrics', port: 9091 },
        { name: 'http', port: 53, protocol: 'UDP' },
      ],
    }),
  ]
  expect(addresses([service({ ports })], slices)).toEqual([
    ['10.0.0.1:8080', '10.0.0.2:8081'],
    ['10.0.0.1:9091'],
  ])
})

test('readiness is decided per port, over all slices of the Service', () => {
  const slices = [
    slice([at('10.0.0.1', DRAINING)]),
    slice([at('10.0.0.2', READY)], { metadata: { ...slice([]).metadata, name: 'web-def' } }),
  ]
  expect(addresses([service()], slices)).toEqual([['10.0.0.2:8080']])
})

test('slices of other Services, namespaces and address families are left alone', () => {
  const slices = [
    slice([at('10.0.0.1')], {
      metadata: { ...slice([]).metadata, labels: { 'kubernetes.io/service-name': 'other' } },
    }),
    slice([at('10.0.0.2')], { metadata: { ...slice([]).metadata, namespace: 'other' } }),
    slice([at('10.0.0.3')], { metadata: { name: 'web-ghi', namespace: 'default' } }),
    slice([at('fd00::1')], { addressType: 'IPv6' }),
  ]
  expect(addresses([service()], slices)).toEqual([[]])
})

test('the order of the input does not matter', () => {
  const services = [
    service({ ports: [{ port: 443 }, { port: 80 }] }, 'web'),
    service({ clusterIP: '10.96.0.11' }, 'api'),
  ]
  const slices = [
    slice([at('10.0.0.2'), at('10.0.0.1')]),
    slice([at('10.0.0.10')], { metadata: { ...slice([]).metadata, name: 'web-a' } }),
  ]
  const routes = planRoutes(services, slices)
  expect(routes.map(({ service, port }) => `${service.name}:${port}`)).toEqual([
    'api:80',
    'web:80',
    'web:443',
  ])
  expect(planRoutes(services.toReversed(), slices.toReversed())).toEqual(routes)
})

test('pods of other nodes are marked where only some nodes are reached', () => {
  const endpoints = [
    { addresses: ['10.0.0.1'], nodeName: 'own' },
    { addresses: ['10.0.0.2'], nodeName: 'other' },
    { addresses: ['10.0.0.3'] },
  ]
  const marksOf = (ownNodes?: ReadonlySet<string>) =>
    planRoutes([service()], [slice(endpoints)], ownNodes)[0]?.endpoints.map(
      ({ isElsewhere }) => isElsewhere,
    )
  expect(marksOf(new Set(['own']))).toEqual([undefined, true, undefined])
  expect(marksOf()).toEqual([undefined, undefined, undefined])
})
