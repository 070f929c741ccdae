import { describe, expect, test } from 'vitest'
import type { EndpointSlice, Service, ServiceSpec } from '../api/service.ts'
import { answerQuestion, type Resolution } from './answer.ts'
import { indexNames } from './cluster-names.ts'

function service(name: string, spec: ServiceSpec, namespace = 'shop'): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec }
}

function slice(
  name: string,
  endpoints: EndpointSlice['endpoints'],
  ports: EndpointSlice['ports'] = [{ name: 'http', port: 8080 }],
): EndpointSlice {
  const labels = { 'kubernetes.io/service-name': name }
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-abc`, namespace: 'shop', labels },
    addressType: 'IPv4',
    endpoints,
    ports,
  }
}

const HTTP = [{ name: 'http', port: 80 }]
const SERVICES = [
  service('web', { clusterIP: '10.96.1.1', ports: [...HTTP, { port: 53, protocol: 'UDP' }] }),
  service('peers', { clusterIP: 'None', ports: HTTP }),
  service('empty', { clusterIP: 'None', ports: HTTP }),
  service('idle', { clusterIP: '10.96.1.2', ports: HTTP }),
  service('new', { clusterIP: '', ports: HTTP }),
  service('far', { type: 'ExternalName', externalName: 'DB.example.com.' }),
  service('near', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' }),
  service('gone', { type: 'ExternalName', externalName: 'none.shop.svc.cluster.local' }),
  service('numbers', { type: 'ExternalName', externalName: '192.0.2.1' }),
  service('long', { type: 'ExternalName', externalName: `${'x'.repeat(64)}.example.com` }),
  service('round', { type: 'ExternalName', externalName: 'round.shop.svc.cluster.local' }),
]
const SLICES = [
  slice('web', [{ addresses: ['10.0.0.1'] }]),
  slice('peers', [
    { addresses: ['10.0.0.2'], hostname: 'b', conditions: { ready: true } },
    { addresses: ['10.0.0.1'], conditions: { ready: true } },
    { addresses: ['10.0.0.3'], conditions: { ready: false } },
  ]),
  // It moves from one slice to another.
  slice('peers', [{ addresses: ['10.0.0.2'], hostname: 'b', conditions: { ready: true } }]),
  slice('empty', [{ addresses: ['10.0.0.9'], conditions: { ready: false } }]),
]
const ZONE = {
  domain: 'cluster.local',
  serverAddress: '10.96.0.10',
  names: indexNames(SERVICES, SLICES),
}

const ask = (type: string, name: string) => answerQuestion(ZONE, { name, type })

/** `A 10.96.1.1`, …; or why there is none. */
function inWords(resolution: Resolution): string {
  if (resolution.kind !== 'found') return resolution.kind
  return resolution.answers
    .map(({ type, data }) => {
      if (typeof data === 'string') return `${type} ${data}`
      const { priority, weight, port, target } = data
      return `${type} ${priority} ${weight} ${port} ${target}`
    })
    .join(', ')
}

// https://github.com/kubernetes/dns/blob/master/docs/specification.md, by its sections; [C] as CoreDNS.
test.each([
  // 2.2 dns-version
  ['TXT', 'dns-version.cluster.local', 'TXT 1.1.0'],
  // 2.3 with a ClusterIP
  ['A', 'web.shop.svc.cluster.local', 'A 10.96.1.1'],
  ['A', 'WEB.Shop.svc.cluster.local.', 'A 10.96.1.1'],
  ['ANY', 'web.shop.svc.cluster.local', 'A 10.96.1.1'],
  ['A', 'idle.shop.svc.cluster.local', 'A 10.96.1.2'],
  ['AAAA', 'web.shop.svc.cluster.local', 'no-data'],
  ['MX', 'web.shop.svc.cluster.local', 'no-data'],
  ['SRV', '_http._tcp.web.shop.svc.cluster.local', 'SRV 0 100 80 web.shop.svc.cluster.local'],
  ['SRV', '_http._udp.web.shop.svc.cluster.local', 'no-name'],
  ['SRV', '_other._tcp.web.shop.svc.cluster.local', 'no-name'],
  ['A', '_http._tcp.web.shop.svc.cluster.local', 'no-data'],
  ['SRV', '_tcp.web.shop.svc.cluster.local', 'no-data'],
  ['PTR', '1.1.96.10.in-addr.arpa', 'PTR web.shop.svc.cluster.local'],
  ['A', '1.1.96.10.in-addr.arpa', 'no-data'],
  ['A', '10-0-0-1.web.shop.svc.cluster.local', 'A 10.0.0.1'], // [C]
  // 2.4 headless
  ['A', 'peers.shop.svc.cluster.local', 'A 10.0.0.1, A 10.0.0.2'],
  ['AAAA', 'peers.shop.svc.cluster.local', 'no-data'],
  ['A', 'b.peers.shop.svc.cluster.local', 'A 10.0.0.2'],
  ['A', '10-0-0-1.peers.shop.svc.cluster.local', 'A 10.0.0.1'], // [C]
  ['A', '10-0-0-3.peers.shop.svc.cluster.local', 'no-name'],
  ['A', 'x.b.peers.shop.svc.cluster.local', 'no-name'],
  ['A', 'empty.shop.svc.cluster.local', 'no-name'],
  ['SRV', '_http._tcp.empty.shop.svc.cluster.local', 'no-name'],
  [
    'SRV',
    '_http._tcp.peers.shop.svc.cluster.local',
    'SRV 0 50 8080 10-0-0-1.peers.shop.svc.cluster.local, SRV 0 50 8080 b.peers.shop.svc.cluster.local',
  ],
  [
    'SRV',
    'b.peers.shop.svc.cluster.local',
    'SRV 0 100 8080 b.peers.shop.svc.cluster.local', // [C]
  ],
  ['PTR', '2.0.0.10.in-addr.arpa', 'PTR b.peers.shop.svc.cluster.local'],
  ['PTR', '3.0.0.10.in-addr.arpa', 'outside'],
  // 2.5 ExternalName
  ['A', 'far.shop.svc.cluster.local', 'CNAME db.example.com'],
  ['SRV', 'far.shop.svc.cluster.local', 'CNAME db.example.com'],
  ['SRV', '_http._tcp.far.shop.svc.cluster.local', 'no-name'],
  ['A', 'near.shop.svc.cluster.local', 'CNAME web.shop.svc.cluster.local, A 10.96.1.1'],
  ['AAAA', 'near.shop.svc.cluster.local', 'CNAME web.shop.svc.cluster.local'],
  ['CNAME', 'near.shop.svc.cluster.local', 'CNAME web.shop.svc.cluster.local'],
  ['A', 'gone.shop.svc.cluster.local', 'CNAME none.shop.svc.cluster.local'],
  ['A', 'numbers.shop.svc.cluster.local', 'no-name'], // [C]
  ['A', 'long.shop.svc.cluster.local', 'no-name'],
  // Pods, as `pods insecure` has them
  ['A', '10-0-0-7.shop.pod.cluster.local', 'A 10.0.0.7'],
  ['A', '10-0-0-7.none.pod.cluster.local', 'no-name'],
  ['A', '10-0-0-700.shop.pod.cluster.local', 'no-name'],
  ['A', 'x.10-0-0-7.shop.pod.cluster.local', 'no-name'],
  // What lies between names is there, and has nothing
  ['A', 'shop.svc.cluster.local', 'no-data'],
  ['A', 'svc.cluster.local', 'no-data'],
  ['A', 'shop.pod.cluster.local', 'no-data'],
  ['A', 'pod.cluster.local', 'no-data'],
  ['A', 'cluster.local', 'no-data'],
  ['A', 'dns.cluster.local', 'no-data'],
  ['SOA', 'cluster.local', 'authority'],
  ['NS', 'cluster.local', 'NS ns.dns.cluster.local'],
  ['A', 'ns.dns.cluster.local', 'A 10.96.0.10'],
  // What is not there
  ['A', 'none.shop.svc.cluster.local', 'no-name'],
  ['A', 'none.svc.cluster.local', 'no-name'],
  ['A', 'none.pod.cluster.local', 'no-name'],
  ['A', 'new.shop.svc.cluster.local', 'no-name'],
  ['A', 'web.other.svc.cluster.local', 'no-name'],
  ['A', 'web.shop.cluster.local', 'no-name'],
  ['A', 'example.com', 'outside'],
  ['A', 'notcluster.local', 'outside'],
  ['A', 'web', 'outside'],
  ['A', '.', 'outside'],
  ['PTR', '1.1.1.1.in-addr.arpa', 'outside'],
  ['PTR', '96.10.in-addr.arpa', 'outside'],
] as const)('%s %s: %s', (type, name, expected) => {
  expect(inWords(ask(type, name))).toBe(expected)
})

describe('an answer', () => {
  test('with names for servers has their addresses beside it', () => {
    const found = ask('SRV', '_http._tcp.peers.shop.svc.cluster.local')
    const additionals = found.kind === 'found' ? found.additionals : []
    expect(additionals).toEqual([
      { type: 'A', name: '10-0-0-1.peers.shop.svc.cluster.local', data: '10.0.0.1' },
      { type: 'A', name: 'b.peers.shop.svc.cluster.local', data: '10.0.0.2' },
    ])
  })

  test('about a name that stands for itself ends', () => {
    expect(inWords(ask('A', 'round.shop.svc.cluster.local')).split(', ')).toHaveLength(9)
  })

  test('of a Service that publishes all its endpoints is what its slices call ready', () => {
    const names = indexNames(SERVICES, [
      slice('empty', [{ addresses: ['10.0.0.9'], conditions: { ready: true, serving: false } }]),
    ])
    const name = 'empty.shop.svc.cluster.local'
    expect(inWords(answerQuestion({ ...ZONE, names }, { name, type: 'A' }))).toBe('A 10.0.0.9')
  })
})
