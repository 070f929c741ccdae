import { describe, expect, test } from 'vitest'
import type { Pod } from '../../api/pod.ts'
import type { EndpointSlice, Service } from '../../api/service.ts'
import { podOf, readyStatus, serviceOf } from '../testing/objects.ts'
import { reconcileService, type SliceAction } from './reconcile.ts'

function reconcile(service: Service, pods: readonly Pod[], slices: readonly EndpointSlice[] = []) {
  return reconcileService({ service, pods, slices }).actions
}

/** The slices as they are after the actions, as the server would name them. */
function applied(actions: readonly SliceAction[]): readonly EndpointSlice[] {
  return actions
    .filter(({ type }) => type !== 'delete-slice')
    .map(({ slice }, index) => {
      const name = slice.metadata.name || `web-${index}`
      return { ...slice, metadata: { ...slice.metadata, name } }
    })
}

const ready = (name: string, ip: string, changes: Parameters<typeof podOf>[1] = {}) =>
  podOf(name, { status: readyStatus(ip), ...changes })

describe('conditions of an endpoint (utils_test.go, TestPodToEndpoint)', () => {
  const terminating = { metadata: { deletionTimestamp: '2026-01-01T00:00:10Z' } }
  test.each([
    ['a ready pod', ready('a', '10.0.0.1'), {}, [true, true, false]],
    [
      'an unready pod',
      podOf('a', { status: readyStatus('10.0.0.1', false) }),
      {},
      [false, false, false],
    ],
    [
      'a terminating pod that still serves',
      ready('a', '10.0.0.1', terminating),
      {},
      [false, true, true],
    ],
    [
      'a terminating pod that is unready',
      podOf('a', { status: readyStatus('10.0.0.1', false), ...terminating }),
      {},
      [false, false, true],
    ],
    [
      'an unready pod of a Service that publishes it',
      podOf('a', { status: readyStatus('10.0.0.1', false) }),
      { publishNotReadyAddresses: true },
      [true, false, false],
    ],
    [
      'a terminating pod of a Service that publishes it',
      ready('a', '10.0.0.1', terminating),
      { publishNotReadyAddresses: true },
      [true, true, true],
    ],
  ])('%s', (_what, pod, spec, [isReady, serving, isTerminating]) => {
    const [slice] = applied(reconcile(serviceOf(spec), [pod]))
    expect(slice?.endpoints.map(({ conditions }) => conditions)).toEqual([
      { ready: isReady, serving, terminating: isTerminating },
    ])
  })

  test('pods without an address and finished ones are no endpoints', () => {
    const pods = [podOf('a', {}), podOf('b', { status: { phase: 'Failed', podIP: '10.0.0.2' } })]
    expect(applied(reconcile(serviceOf(), pods))[0]?.endpoints).toEqual([])
  })
})

describe('ports', () => {
  test('a named target port is looked up in the pod, by name and protocol', () => {
    const [slice] = applied(reconcile(serviceOf(), [ready('a', '10.0.0.1')]))
    expect(slice?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }])
  })

  test('pods of one Service with different ports have slices of their own', () => {
    const other = ready('b', '10.0.0.2', {
      spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 9090 }] }] },
    })
    const slices = applied(reconcile(serviceOf(), [ready('a', '10.0.0.1'), other]))
    expect(slices.map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints.length])).toEqual([
      [8080, 1],
      [9090, 1],
    ])
  })

  test('a pod without the named port is listed without a port, as Kubernetes 1.34 does', () => {
    const service = serviceOf({ ports: [{ port: 80, targetPort: 'metrics' }] })
    const [slice] = applied(reconcile(service, [ready('a', '10.0.0.1')]))
    expect([slice?.ports, slice?.endpoints.length]).toEqual([[], 1])
  })

  test('without a target port it is the port itself; sidecars are looked at last', () => {
    const pod = ready('a', '10.0.0.1', {
      spec: {
        containers: [{ name: 'web' }],
        initContainers: [
          { name: 'init', ports: [{ name: 'http', containerPort: 1 }] },
          { name: 'mesh', restartPolicy: 'Always', ports: [{ name: 'http', containerPort: 2 }] },
        ],
      },
    })
    const ports = [
      { port: 80, name: 'plain' },
      { port: 81, name: 'mesh', targetPort: 'http' },
    ]
    const [slice] = applied(reconcile(serviceOf({ ports }), [pod]))
    expect(new Set(slice?.ports?.map(({ port }) => port))).toEqual(new Set([80, 2]))
  })
})

describe('slices of a Service', () => {
  test('carry what finds and owns them', () => {
    const [action] = reconcile(serviceOf(), [ready('a', '10.0.0.1')])
    expect(action).toMatchObject({
      type: 'create-slice',
      slice: {
        addressType: 'IPv4',
        metadata: {
          generateName: 'web-',
          namespace: 'default',
          labels: {
            'kubernetes.io/service-name': 'web',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [{ kind: 'Service', uid: 'service-uid', controller: true }],
          annotations: {
            'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z',
          },
        },
        endpoints: [{ nodeName: 'node', targetRef: { kind: 'Pod', name: 'a', uid: 'a-uid' } }],
      },
    })
  })

  test.each([
    ['without a selector', { selector: undefined }],
    ['with an external name', { type: 'ExternalName' as const }],
  ])('a Service %s has none', (_what, change) => {
    const { selector: _selector, ...spec } = serviceOf().spec
    const { selector, ...others } = { selector: { app: 'web' }, ...change }
    const service = {
      ...serviceOf(),
      spec: { ...spec, ...others, ...(selector === undefined ? {} : { selector }) },
    }
    expect(reconcile(service, [ready('a', '10.0.0.1')])).toEqual([])
  })

  test('a Service without pods has an empty one, a headless one says so', () => {
    const [slice] = applied(reconcile(serviceOf({ clusterIP: 'None' }), []))
    expect(slice?.endpoints).toEqual([])
    expect(slice?.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '')
  })

  test('nothing is written when nothing has changed', () => {
    const pods = [ready('a', '10.0.0.1')]
    const slices = applied(reconcile(serviceOf(), pods))
    expect(reconcile(serviceOf(), pods, slices)).toEqual([])
    const empty = applied(reconcile(serviceOf(), []))
    expect(reconcile(serviceOf(), [], empty)).toEqual([])
  })

  test('the last slice stays when its endpoints go, and is used again', () => {
    const slices = applied(reconcile(serviceOf(), [ready('a', '10.0.0.1')]))
    const [emptied] = reconcile(serviceOf(), [], slices)
    expect(emptied).toMatchObject({
      type: 'update-slice',
      slice: { metadata: { name: 'web-0' }, endpoints: [], ports: [] },
    })
    const refilled = reconcile(serviceOf(), [ready('b', '10.0.0.2')], applied([emptied!]))
    expect(refilled).toMatchObject([
      { type: 'update-slice', slice: { metadata: { name: 'web-0' } } },
    ])
  })

  test('a change of labels reaches the slices', () => {
    const slices = applied(reconcile(serviceOf(), []))
    const service = serviceOf()
    const labelled = { ...service, metadata: { ...service.metadata, labels: { team: 'a' } } }
    expect(reconcile(labelled, [], slices)).toMatchObject([
      { type: 'update-slice', slice: { metadata: { labels: { team: 'a' } } } },
    ])
  })

  test('an endpoint keeps its place when its conditions change', () => {
    const pods = ['a', 'b', 'c'].map((name, index) => ready(name, `10.0.0.${index}`))
    const slices = applied(reconcile(serviceOf(), pods))
    const changed = [
      ...pods.slice(0, 1),
      ready('b', '10.0.0.1', {
        metadata: { deletionTimestamp: '2026-01-01T00:00:10Z' },
      }),
      ...pods.slice(2),
    ]
    const [slice] = applied(reconcile(serviceOf(), changed, slices))
    expect(
      slice?.endpoints.map(({ targetRef, conditions }) => [targetRef?.name, conditions?.ready]),
    ).toEqual([
      ['a', true],
      ['b', false],
      ['c', true],
    ])
  })
})
