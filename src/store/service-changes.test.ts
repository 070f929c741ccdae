import { describe, expect, test } from 'vitest'
import type { Service, ServiceSpec } from '../api/service.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

// What is expected here was measured on kube-apiserver 1.34.4, messages included.

const NAME = { namespace: 'default', name: 'web' }
const PORTS = [{ port: 80 }]
const LOCAL = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } as const

describe('a change of the type', () => {
  test('goes through all of them and leaves nothing of one to the next', () => {
    const store = newStore()
    const { clusterIP } = store.create('Service', service({})).spec
    const asNode = change(store, { type: 'NodePort' }).spec
    expect(asNode).toMatchObject({ clusterIP, externalTrafficPolicy: 'Cluster' })
    const nodePort = asNode.ports?.[0]?.nodePort
    expect(nodePort).toBeGreaterThanOrEqual(30_000)
    const asBalancer = change(store, LOCAL).spec
    expect(asBalancer).toMatchObject({ clusterIP, allocateLoadBalancerNodePorts: true })
    expect(asBalancer.ports?.[0]?.nodePort).toBe(nodePort)
    expect(asBalancer['healthCheckNodePort']).toBeGreaterThanOrEqual(30_000)
    const ingress = [{ ip: '192.0.2.1' }]
    const status = { status: { loadBalancer: { ingress } } }
    store.patch('Service', NAME, status, { subresource: 'status' })
    const plain = change(store, { type: 'ClusterIP' })
    expect(plain.status).toEqual({ loadBalancer: {} })
    const {
      clusterIP: _own,
      clusterIPs: _owns,
      ...fresh
    } = store.create('Service', service({}, 'b')).spec
    expect(plain.spec).toEqual({ ...fresh, clusterIP, clusterIPs: [clusterIP] })
  })

  test('to a name and back gives the address back and takes a new one', () => {
    const store = newStore()
    const { clusterIP = '' } = store.create('Service', service({})).spec
    const named = change(store, { type: 'ExternalName', externalName: 'a.example' }).spec
    expect(Object.keys(named).filter((field) => /IP|ipFam|Traffic/.test(field))).toEqual([])
    store.create('Service', service({ clusterIP }, 'other'))
    const back = change(store, { type: 'ClusterIP', externalName: null }).spec
    expect(back).toMatchObject({ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })
    expect(back.clusterIP).not.toBe(clusterIP)
  })

  test.each(['NodePort', 'LoadBalancer'] as const)('from headless to %s is refused', (type) => {
    const store = newStore()
    store.create('Service', service({ clusterIP: 'None', selector: { a: 'b' } }))
    expect(() => change(store, { type })).toThrow(
      `Service "web" is invalid: spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for ${type} services`,
    )
  })

  test('that asks for a node port all the same is refused', () => {
    const store = newStore()
    store.create('Service', service({ type: 'NodePort' }))
    const ports = [{ port: 80, nodePort: 30_999 }]
    expect(() => change(store, { type: 'ClusterIP', ports })).toThrow(
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    )
  })
})

describe('node ports of an update', () => {
  test('stay with the name of their port', () => {
    const store = newStore()
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ]
    const before = portsOf(store.create('Service', service({ type: 'NodePort', ports })))
    const next = [
      { name: 'b', port: 90 },
      { name: 'c', port: 80 },
    ]
    const after = portsOf(change(store, { ports: next }))
    expect(after['b']).toBe(before['b'])
    expect([before['a'], before['b']]).not.toContain(after['c'])
  })

  test('are refused when another Service has them, or the same port twice', () => {
    const store = newStore()
    store.create('Service', service({ type: 'NodePort', ports: [{ port: 80, nodePort: 31_001 }] }))
    store.create('Service', service({ type: 'NodePort' }, 'other'))
    const other = { ...NAME, name: 'other' }
    expect(() => store.patch('Service', other, portsOn(31_001))).toThrow(
      'spec.ports[0].nodePort: Invalid value: 31001: provided port is already allocated',
    )
    expect(() => store.patch('Service', other, portsOn(31_005, 31_005))).toThrow(
      expect.objectContaining({ message: 'duplicate nodePort: {TCP 31005}', code: 500 }),
    )
  })
})

describe('a new Service', () => {
  test('has one node port for both protocols of a port', () => {
    const ports = [
      { name: 't', port: 53, protocol: 'TCP' },
      { name: 'u', port: 53, protocol: 'UDP' },
    ] as const
    const chosen = portsOf(newStore().create('Service', service({ type: 'NodePort', ports })))
    expect(chosen['t']).toBe(chosen['u'])
    const asked = [ports[0], { ...ports[1], nodePort: 31_001 }]
    const given = newStore().create('Service', service({ type: 'NodePort', ports: asked }))
    expect(portsOf(given)).toEqual({ t: 31_001, u: 31_001 })
  })

  test('may do without node ports behind a load balancer', () => {
    const spec = { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false } as const
    const created = newStore().create('Service', service(spec))
    expect(portsOf(created)).toEqual({ '': undefined })
  })

  test('without address and selector may have endpoints of both families', () => {
    const store = newStore()
    const open = store.create('Service', service({ clusterIP: 'None' }, 'a')).spec
    expect(open).toMatchObject({
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
    })
    const single = { clusterIP: 'None', ipFamilyPolicy: 'SingleStack' }
    expect(store.create('Service', service(single, 'b')).spec['ipFamilies']).toEqual(['IPv4'])
  })

  test.each([
    [
      { clusterIPs: ['10.96.0.9'] },
      'spec.clusterIPs: Invalid value: ["10.96.0.9"]: must be empty when `clusterIP` is not specified',
    ],
    [
      { clusterIP: '10.96.0.8', clusterIPs: ['10.96.0.9'] },
      'spec.clusterIPs: Invalid value: ["10.96.0.9"]: first value must match `clusterIP`',
    ],
    [
      { clusterIP: '10.96.0.8', clusterIPs: ['10.96.0.8', '10.96.0.9'] },
      'spec.clusterIPs: Invalid value: ["10.96.0.8","10.96.0.9"]: may specify no more than one IP for each IP family',
    ],
    [
      { clusterIP: '::1' },
      'spec.clusterIPs[0]: Invalid value: ["::1"]: IPv6 is not configured on this cluster',
    ],
    [
      { ipFamilies: ['IPv6'] },
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ],
    [
      { ipFamilyPolicy: 'RequireDualStack' },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
    [
      { clusterIP: '10.96.255.255' },
      'spec.clusterIPs: Invalid value: ["10.96.255.255"]: failed to allocate IP 10.96.255.255: the provided network does not match the current range',
    ],
  ])('is refused: %j', (spec, message) => {
    expect(() => newStore().create('Service', service(spec))).toThrow(
      `Service "web" is invalid: ${message}`,
    )
  })

  test('is refused its port for health checks when that is taken', () => {
    const store = newStore()
    store.create('Service', service({ type: 'NodePort', ports: [{ port: 80, nodePort: 31_004 }] }))
    expect(() =>
      store.create('Service', service({ ...LOCAL, healthCheckNodePort: 31_004 }, 'other')),
    ).toThrow(
      'Internal error occurred: failed to allocate requested HealthCheck NodePort 31004: provided port is already allocated',
    )
  })
})

test('a Service takes the Endpoints of its name with it', () => {
  const store = newStore()
  store.create('Service', service({}))
  store.create('Endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata: NAME })
  store.delete('Service', NAME)
  expect(store.has('Endpoints', NAME)).toBe(false)
})

test('a dry run gives no address away', () => {
  const store = newStore()
  const spec = { type: 'NodePort', ports: [{ port: 80 }] } as const
  const answer = store.create('Service', service(spec), { dryRun: true }).spec
  expect([answer.clusterIP, answer.ports?.[0]?.nodePort]).toEqual(['10.96.0.0', 32_769])
  const wanted = { type: 'NodePort', clusterIP: '10.96.0.77' } as const
  store.create('Service', service(wanted), { dryRun: true })
  expect(store.create('Service', service(wanted)).spec.clusterIP).toBe('10.96.0.77')
})

function newStore(): Store {
  return new Store({ clock: newVirtualClock(), random: seededRandom(7) })
}

function change(store: Store, spec: Readonly<Record<string, unknown>>): Service {
  return store.patch('Service', NAME, { spec })
}

function portsOn(...numbers: readonly number[]) {
  const ports = numbers.map((nodePort, index) => ({
    name: `p${index}`,
    port: 80 + index,
    nodePort,
  }))
  return { spec: { ports } }
}

function portsOf({ spec }: Service): Readonly<Record<string, number | undefined>> {
  return Object.fromEntries((spec.ports ?? []).map(({ name = '', nodePort }) => [name, nodePort]))
}

function service(spec: Partial<ServiceSpec>, name = 'web'): Service {
  const metadata = { ...NAME, name }
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: PORTS, ...spec } }
}
