import type { JsonObject } from './base-objects.ts'
import { ago, microAgo, type PrintedCase } from './printed-case.ts'

const CONTAINERS = [
  { name: 'app', image: 'app:v1' },
  { name: 'log', image: 'log:v2' },
]
const SELECTOR = {
  matchLabels: { tier: 'web', app: 'a' },
  matchExpressions: [
    { key: 'stage', operator: 'In', values: ['b', 'a'] },
    { key: 'old', operator: 'DoesNotExist' },
  ],
}
const TEMPLATE = {
  metadata: { labels: { app: 'a', tier: 'web', stage: 'a' } },
  // Nobody schedules the pods that controllers make of it.
  spec: { schedulerName: 'nobody', containers: CONTAINERS },
}

export const PRINTED_OBJECTS: readonly PrintedCase[] = [
  ...namespaces(),
  ...nodes(),
  ...services(),
  ...endpoints(),
  ...endpointSlices(),
  ...ingresses(),
  ...events(),
  ...workloads(),
  ...budgets(),
  print('config map', 'v1', 'ConfigMap', { data: { a: '1', b: '2' }, binaryData: { c: 'AA==' } }),
  print('config map without data', 'v1', 'ConfigMap', {}),
  print('secret', 'v1', 'Secret', { stringData: { a: '1', b: '2' } }),
  print('typed secret', 'v1', 'Secret', {
    type: 'kubernetes.io/basic-auth',
    stringData: { username: 'u', password: 'p' },
  }),
  print('service account', 'v1', 'ServiceAccount', {}),
  print('service account with secrets', 'v1', 'ServiceAccount', {
    secrets: [{ name: 'a' }, { name: 'b' }],
  }),
  print('lease', 'coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'me' } }),
  print('lease of nobody', 'coordination.k8s.io/v1', 'Lease', {}),
]

function namespaces(): readonly PrintedCase[] {
  return [{ ...print('namespace', 'v1', 'Namespace', {}), isDryRun: true }]
}

function nodes(): readonly PrintedCase[] {
  return [
    node('bare node', {}, {}),
    node(
      'ready node',
      { 'node-role.kubernetes.io/worker': '' },
      {
        status: {
          conditions: [condition('MemoryPressure', 'False'), condition('Ready', 'True')],
          addresses: [
            { type: 'Hostname', address: 'n' },
            { type: 'InternalIP', address: '10.0.0.1' },
            { type: 'InternalIP', address: '10.0.0.2' },
            { type: 'ExternalIP', address: '192.0.2.1' },
          ],
          nodeInfo: {
            kubeletVersion: 'v1.34.4',
            osImage: 'An OS',
            kernelVersion: '6.1',
            containerRuntimeVersion: 'containerd://2',
          },
        },
      },
    ),
    node(
      'cordoned node',
      {
        'kubernetes.io/role': 'master',
        'node-role.kubernetes.io/worker': 'x',
        'node-role.kubernetes.io/control-plane': '',
      },
      {
        spec: { unschedulable: true },
        status: { conditions: [condition('Ready', 'Unknown')] },
      },
    ),
  ]
}

function services(): readonly PrintedCase[] {
  const ports = [{ name: 'http', port: 80 }]
  return [
    service('cluster service', { selector: { tier: 'web', app: 'a' }, ports }),
    service('headless service', { clusterIP: 'None' }),
    service('node port', {
      type: 'NodePort',
      ports: [...ports, { name: 'dns', port: 53, protocol: 'UDP' }],
    }),
    service('external addresses', { externalIPs: ['192.0.2.9', '192.0.2.8'], ports }),
    service('external name', { type: 'ExternalName', externalName: 'example.org' }),
    service('balancer', { type: 'LoadBalancer', ports }),
    service(
      'balanced',
      { type: 'LoadBalancer', ports },
      balanced({ ip: '192.0.2.22' }, { hostname: 'balancer.example.org' }, { ip: '192.0.2.21' }),
    ),
    service(
      'balanced and external',
      { type: 'LoadBalancer', ports, externalIPs: ['192.0.2.9'] },
      balanced({ ip: '192.0.2.22' }),
    ),
  ]
}

function endpoints(): readonly PrintedCase[] {
  const ports = [
    { name: 'a', port: 80 },
    { name: 'b', port: 81 },
  ]
  return [
    endpointsOf('no endpoints', []),
    endpointsOf('two endpoints', [{ addresses: addresses(2), ports: ports.slice(0, 1) }]),
    endpointsOf('many endpoints', [{ addresses: addresses(3), ports }]),
    endpointsOf('endpoints without a port', [{ addresses: addresses(4) }]),
    endpointsOf('endpoints not ready', [{ notReadyAddresses: addresses(2), ports }]),
    endpointsOf('endpoints of version six', [
      { addresses: [{ ip: 'fd00::1' }], ports },
      { addresses: addresses(1), ports },
    ]),
  ]
}

function endpointSlices(): readonly PrintedCase[] {
  return [
    slice('empty slice', { endpoints: [] }),
    slice('small slice', { endpoints: [endpoint(1)], ports: [{ name: 'a', port: 80 }] }),
    slice('long slice', {
      endpoints: [1, 2, 3, 4, 5].map(endpoint),
      ports: [80, 81, 82, 83].map((port) => ({ name: `p${port}`, port })),
    }),
    slice('slice with open ports', { endpoints: [endpoint(1)], ports: [{ name: 'any' }] }),
    print('slice of names', 'discovery.k8s.io/v1', 'EndpointSlice', {
      addressType: 'FQDN',
      endpoints: [{ addresses: ['a.example.org'] }],
    }),
  ]
}

function ingresses(): readonly PrintedCase[] {
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } }
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend: defaultBackend }] }
  const rules = (...hosts: readonly string[]) =>
    hosts.map((host) => (host === '' ? { http } : { host, http }))
  const parameters = { apiGroup: 'example.org', kind: 'Settings', name: 'fast' }
  return [
    ingress('ingress for all', { defaultBackend }),
    ingress(
      'ingress with hosts',
      {
        ingressClassName: 'nginx',
        rules: rules('a.example.org', '', 'b.example.org'),
        tls: [{ hosts: ['a.example.org'] }],
      },
      { loadBalancer: { ingress: [{ hostname: 'x.example.org' }, { ip: '192.0.2.1' }] } },
    ),
    ingress('ingress with many hosts', {
      rules: rules('a.example.org', 'b.example.org', 'c.example.org', 'd.example.org', ''),
    }),
    ingressClass('class', { controller: 'example.org/c' }),
    ingressClass('class with parameters', { controller: 'example.org/c', parameters }),
    ingressClass('class with core parameters', {
      controller: 'example.org/c',
      parameters: { kind: 'ConfigMap', name: 'fast', scope: 'Namespace', namespace: 'x' },
    }),
  ]
}

function events(): readonly PrintedCase[] {
  const ages = [0, 119, 120, 500, 599, 601, 10_799, 10_800, 14_460, 28_800, 172_799, 190_000]
  const old = [345_600, 691_200, 40_000_000, 63_072_000, 70_000_000, 252_288_000]
  return [
    event('event without times', {}),
    event('counted event', {
      count: 9,
      firstTimestamp: ago(3000),
      lastTimestamp: ago(30),
      source: { component: 'kubelet', host: 'n' },
    }),
    event('event of the newer form', {
      eventTime: microAgo(77),
      reportingComponent: 'example.org/c',
      reportingInstance: 'c-1',
      action: 'Run',
      involvedObject: { kind: 'Pod', name: 'web', namespace: 'tables' },
    }),
    event('event series', {
      eventTime: microAgo(7000),
      reportingComponent: 'example.org/c',
      reportingInstance: 'c-1',
      action: 'Run',
      series: { count: 4, lastObservedTime: microAgo(65) },
    }),
    ...[...ages, ...old].map((seconds) =>
      event(`event of ${seconds} s`, { firstTimestamp: ago(seconds), count: 1 }),
    ),
  ]
}

function workloads(): readonly PrintedCase[] {
  const spec = { selector: SELECTOR, template: TEMPLATE }
  const none = { selector: { matchLabels: { app: 'a' } }, template: TEMPLATE, replicas: 0 }
  const replicas = { replicas: 4, readyReplicas: 2, availableReplicas: 1 }
  return [
    print(
      'deployment',
      'apps/v1',
      'Deployment',
      { spec: { ...spec, replicas: 3 } },
      { ...replicas, updatedReplicas: 3 },
    ),
    print('empty deployment', 'apps/v1', 'Deployment', { spec: none }),
    print('replica set', 'apps/v1', 'ReplicaSet', { spec: { ...spec, replicas: 4 } }, replicas),
    print('empty replica set', 'apps/v1', 'ReplicaSet', { spec: none }),
  ]
}

function budgets(): readonly PrintedCase[] {
  const selector = { matchLabels: { app: 'none' } }
  const status = { disruptionsAllowed: 3, currentHealthy: 5, desiredHealthy: 2, expectedPods: 5 }
  return [
    print(
      'budget',
      'policy/v1',
      'PodDisruptionBudget',
      { spec: { minAvailable: 2, selector } },
      status,
    ),
    print('budget in percent', 'policy/v1', 'PodDisruptionBudget', {
      spec: { maxUnavailable: '25%' },
    }),
  ]
}

function node(title: string, labels: JsonObject, rest: JsonObject): PrintedCase {
  const metadata = { name: nameOf(title), labels }
  return { title, object: { apiVersion: 'v1', kind: 'Node', metadata, ...rest }, isDryRun: true }
}

function condition(type: string, status: string): JsonObject {
  return { type, status }
}

function service(title: string, spec: JsonObject, status?: JsonObject): PrintedCase {
  return print(title, 'v1', 'Service', { spec }, status)
}

function balanced(...ingress: readonly JsonObject[]): JsonObject {
  return { loadBalancer: { ingress } }
}

function endpointsOf(title: string, subsets: readonly JsonObject[]): PrintedCase {
  return print(title, 'v1', 'Endpoints', { subsets })
}

function addresses(count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({ ip: `10.2.0.${index + 1}` }))
}

function slice(title: string, rest: JsonObject): PrintedCase {
  return print(title, 'discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', ...rest })
}

function endpoint(last: number): JsonObject {
  return { addresses: [`10.3.0.${last}`] }
}

function ingress(title: string, spec: JsonObject, status?: JsonObject): PrintedCase {
  return print(title, 'networking.k8s.io/v1', 'Ingress', { spec }, status)
}

function ingressClass(title: string, spec: JsonObject): PrintedCase {
  return { ...print(title, 'networking.k8s.io/v1', 'IngressClass', { spec }), isDryRun: true }
}

function event(title: string, rest: JsonObject): PrintedCase {
  return print(title, 'v1', 'Event', {
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'tables', fieldPath: 'spec.x' },
    reason: 'Started',
    message: ' with space around \n',
    type: 'Normal',
    ...rest,
  })
}

function print(
  title: string,
  apiVersion: string,
  kind: string,
  rest: JsonObject,
  status?: JsonObject,
): PrintedCase {
  const object = { apiVersion, kind, metadata: { name: nameOf(title) }, ...rest }
  return { title, object, ...(status === undefined ? {} : { status }) }
}

function nameOf(title: string): string {
  return title.replaceAll(/\W+/g, '-')
}
