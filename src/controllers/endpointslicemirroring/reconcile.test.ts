import { describe, expect, test } from 'vitest'
import type { EndpointSlice, Endpoints } from '../../api/service.ts'
import { serviceOf } from '../testing/objects.ts'
import { mirrorEndpoints, type MirrorAction } from './reconcile.ts'

const { selector: _none, ...spec } = serviceOf().spec
const SERVICE = { ...serviceOf(), spec }

function endpointsOf(subsets: Endpoints['subsets'], metadata: object = {}): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'default', uid: 'endpoints-uid', ...metadata },
    ...(subsets === undefined ? {} : { subsets }),
  }
}

const mirror = (endpoints: Endpoints, slices: readonly EndpointSlice[] = []) =>
  mirrorEndpoints({ endpoints, service: SERVICE, slices })

/** `type IPv4 port: address, address (not ready)`. */
function told(action: MirrorAction): string {
  if (action.type === 'event') return `${action.reason}: ${action.message}`
  const { addressType, ports = [], endpoints, metadata } = action.slice
  const addresses = endpoints.map(
    (one) => `${one.addresses.join()}${one.conditions?.ready === true ? '' : ' (not ready)'}`,
  )
  const portTexts = ports.map(({ name = '', port }) => `${name}:${port}`).join('+')
  return `${action.type} ${metadata.name}${addressType} ${portTexts} ${addresses.join(', ')}`
}

/** As Kubernetes 1.34.4 mirrored them. */
const HAND = endpointsOf(
  [
    {
      addresses: [
        { ip: '10.1.0.2', hostname: 'b', nodeName: 'n1' },
        { ip: '10.1.0.1' },
        { ip: 'fd00::1' },
      ],
      notReadyAddresses: [{ ip: '10.1.0.3', targetRef: { kind: 'Pod', name: 'p' } }],
      ports: [
        { name: 'http', port: 8080, protocol: 'TCP' },
        { name: 'more', port: 90, protocol: 'UDP' },
      ],
    },
    { addresses: [{ ip: '10.1.0.9' }], ports: [{ name: 'other', port: 1, protocol: 'TCP' }] },
  ],
  {
    labels: { own: 'label' },
    annotations: { own: 'note', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  },
)

test('each set of ports and address family becomes a slice, with the labels and notes of the Endpoints', () => {
  const actions = mirror(HAND)
  expect(actions.map(told)).toEqual([
    'create-slice IPv4 more:90+http:8080 10.1.0.1, 10.1.0.2, 10.1.0.3 (not ready)',
    'create-slice IPv6 more:90+http:8080 fd00::1',
    'create-slice IPv4 other:1 10.1.0.9',
  ])
  expect(actions[0]).toMatchObject({
    slice: {
      metadata: {
        generateName: 'web-',
        namespace: 'default',
        labels: {
          own: 'label',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
        },
        annotations: { own: 'note' },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Endpoints', uid: 'endpoints-uid', controller: true },
        ],
      },
      endpoints: [
        { addresses: ['10.1.0.1'] },
        { addresses: ['10.1.0.2'], hostname: 'b', nodeName: 'n1' },
        { addresses: ['10.1.0.3'], targetRef: { kind: 'Pod', name: 'p' } },
      ],
    },
  })
})

describe('slices that are there', () => {
  const there = mirror(HAND).flatMap((action, index) =>
    'slice' in action
      ? [{ ...action.slice, metadata: { ...action.slice.metadata, name: `s${index}` } }]
      : [],
  )

  test('stay as they are while they say the same', () => {
    expect(mirror(HAND, there)).toEqual([])
  })

  test('are updated, used for other ports, or deleted', () => {
    const changed = endpointsOf(
      [
        { addresses: [{ ip: '10.1.0.9' }], ports: [{ name: 'other', port: 2, protocol: 'TCP' }] },
        { addresses: [{ ip: '10.1.0.8' }], ports: [{ name: 'other', port: 1, protocol: 'TCP' }] },
      ],
      HAND.metadata,
    )
    expect(mirror(changed, there).map(told)).toEqual([
      'update-slice s0IPv4 other:2 10.1.0.9',
      'update-slice s2IPv4 other:1 10.1.0.8',
      'delete-slice s1IPv6 more:90+http:8080 fd00::1',
    ])
  })

  test.each<[string, Partial<Parameters<typeof mirrorEndpoints>[0]>]>([
    ['there is no Service', { service: undefined }],
    ['the Service selects pods', { service: serviceOf() }],
    [
      'it is not wanted',
      {
        endpoints: endpointsOf([], {
          labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
        }),
      },
    ],
    [
      'the Endpoints are a lock',
      {
        endpoints: endpointsOf([], {
          annotations: { 'control-plane.alpha.kubernetes.io/leader': '' },
        }),
      },
    ],
    ['there are no addresses', { endpoints: endpointsOf(undefined) }],
  ])('go when %s', (_name, change) => {
    const actions = mirrorEndpoints({ endpoints: HAND, service: SERVICE, slices: there, ...change })
    expect(actions.map(({ type }) => type)).toEqual(there.map(() => 'delete-slice'))
  })
})

function port(number: number) {
  return [{ port: number, protocol: 'TCP' as const }]
}

function addresses(count: number, net: number) {
  return Array.from({ length: count }, (_, index) => ({
    ip: `10.${net}.${index >> 8}.${index & 255}`,
  }))
}

test('an address in several subsets has the ports of all of them, and is not ready when one says so', () => {
  const actions = mirror(
    endpointsOf([
      { addresses: [{ ip: '10.0.0.1' }], ports: port(1) },
      { addresses: [{ ip: '10.0.0.1' }], ports: port(2) },
      { addresses: [{ ip: '10.0.0.2' }], ports: port(3) },
      { notReadyAddresses: [{ ip: '10.0.0.2' }], ports: port(3) },
    ]),
  )
  const [first, second] = actions.map(told)
  expect(first).toMatch(/^create-slice IPv4 :[12]\+:[12] 10\.0\.0\.1$/)
  expect(second).toBe('create-slice IPv4 :3 10.0.0.2 (not ready)')
})

test('of more than 1000 addresses the ready ones come first, and the others are told', () => {
  const actions = mirror(
    endpointsOf([{ addresses: addresses(999, 2), notReadyAddresses: addresses(3, 1) }]),
  )
  expect(
    actions.map((action) => ('slice' in action ? action.slice.endpoints.length : told(action))),
  ).toEqual([
    'TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped',
    1_000,
  ])
})
