import { describe, expect, test } from 'vitest'
import type { Endpoints, Service } from '../../api/service.ts'
import { podOf, readyStatus, serviceOf } from '../testing/objects.ts'
import { truncate } from './capacity.ts'
import { reconcileEndpoints } from './reconcile.ts'

function pod(name: string, ip: string, ready = true, changes: { metadata?: object } = {}) {
  const status = { ...readyStatus(ip, ready), podIPs: [{ ip }] }
  return podOf(name, { ...changes, status })
}

function endpointsFor(spec: Partial<Service['spec']>, pods: readonly ReturnType<typeof pod>[]) {
  const decision = reconcileEndpoints({ service: serviceOf(spec), pods, endpoints: undefined })
  return decision.type === 'create' ? decision.endpoints : undefined
}

const addressesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ip: `${index}` }))

const addressOf = (name: string, ip: string) => ({
  ip,
  nodeName: 'node',
  targetRef: { kind: 'Pod', namespace: 'default', name, uid: `${name}-uid` },
})

describe('subsets', () => {
  test('addresses are sorted as text, ready ones apart from those that are not', () => {
    const pods = [
      pod('a', '10.0.0.9'),
      pod('b', '10.0.0.10'),
      pod('c', '10.0.0.11', false),
      pod('gone', '10.0.0.12', true, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
    ]
    expect(endpointsFor({}, pods)).toEqual({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        name: 'web',
        namespace: 'default',
        labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
      },
      subsets: [
        {
          addresses: [addressOf('b', '10.0.0.10'), addressOf('a', '10.0.0.9')],
          notReadyAddresses: [addressOf('c', '10.0.0.11')],
          ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        },
      ],
    })
  })

  test('ports that other pods offer are a subset of their own', () => {
    const other = podOf('b', {
      spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 9 }] }] },
      status: { ...readyStatus('10.0.0.2'), podIPs: [{ ip: '10.0.0.2' }] },
    })
    const ports = [
      { name: 'http', port: 80, targetPort: 'http' },
      { name: 'admin', port: 81, targetPort: 9000 },
    ]
    const subsets = endpointsFor({ ports }, [pod('a', '10.0.0.1'), other])?.subsets ?? []
    const shown = subsets.map(({ addresses = [], ports: offered = [] }) => [
      addresses.map(({ ip }) => ip),
      offered.map(({ port }) => port),
    ])
    expect(shown).toEqual([
      [['10.0.0.1'], [8080]],
      [['10.0.0.1', '10.0.0.2'], [9000]],
      [['10.0.0.2'], [9]],
    ])
  })

  test('a headless Service without ports lists its pods with their hostnames', () => {
    const named = podOf('a', {
      spec: { hostname: 'first', subdomain: 'web' },
      status: { ...readyStatus('10.0.0.1'), podIPs: [{ ip: '10.0.0.1' }] },
    })
    const endpoints = endpointsFor({ ports: [], clusterIP: 'None' }, [named])
    expect(endpoints?.subsets).toEqual([
      { addresses: [{ hostname: 'first', ...addressOf('a', '10.0.0.1') }] },
    ])
    expect(endpoints?.metadata.labels).toEqual({
      'service.kubernetes.io/headless': '',
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    })
  })

  test('where unready addresses are published, all are ready, those of terminating pods too', () => {
    const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' }
    const pods = [pod('a', '10.0.0.1', false), pod('b', '10.0.0.2', true, { metadata })]
    const subsets = endpointsFor({ publishNotReadyAddresses: true }, pods)?.subsets
    expect(subsets?.map(({ addresses = [] }) => addresses.length)).toEqual([2])
    expect(subsets?.[0]?.notReadyAddresses).toBeUndefined()
  })
})

test('a Service without a selector, or with an external name, is left alone', () => {
  const pods = [pod('a', '10.0.0.1')]
  expect(endpointsFor({ type: 'ExternalName', externalName: 'example.com' }, pods)).toBeUndefined()
  const { selector: _selector, ...spec } = serviceOf().spec
  const service = { ...serviceOf(), spec }
  expect(reconcileEndpoints({ service, pods, endpoints: undefined })).toEqual({ type: 'none' })
})

test('endpoints that say the same already are not written', () => {
  const pods = [pod('a', '10.0.0.1')]
  const endpoints: Endpoints | undefined = endpointsFor({}, pods)
  const service = serviceOf()
  expect(reconcileEndpoints({ service, pods, endpoints }).type).toBe('none')
  const relabelled = { ...service, metadata: { ...service.metadata, labels: { team: 'a' } } }
  expect(reconcileEndpoints({ service: relabelled, pods, endpoints }).type).toBe('update')
})

test.each([
  // ready and unready addresses of each subset, and what is kept of them
  { given: [[1000, 0]], kept: [[1000, 0]], isTruncated: false },
  { given: [[900, 200]], kept: [[900, 100]], isTruncated: true },
  {
    given: [
      [800, 10],
      [400, 10],
    ],
    kept: [
      [667, 0],
      [333, 0],
    ],
    isTruncated: true,
  },
])('of $given addresses $kept are kept', ({ given, kept, isTruncated }) => {
  const subsets = given.map(([ready = 0, unready = 0]) => ({
    addresses: addressesOf(ready),
    ...(unready === 0 ? {} : { notReadyAddresses: addressesOf(unready) }),
  }))
  const result = truncate(subsets)
  expect(
    result.subsets.map(({ addresses = [], notReadyAddresses = [] }) => [
      addresses.length,
      notReadyAddresses.length,
    ]),
  ).toEqual(kept)
  expect(result.isTruncated).toBe(isTruncated)
})
