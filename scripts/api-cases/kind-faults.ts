import {
  ENDPOINTS,
  ENDPOINT_SLICE,
  EVENT,
  INGRESS,
  INGRESS_CLASS,
  LEASE,
  NAMESPACE,
  NODE,
  POD_DISRUPTION_BUDGET,
  SECRET,
  SERVICE_ACCOUNT,
  variantsOf,
  type JsonObject,
} from './base-objects.ts'

type Table = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const SECRETS: Table = {
  'a valid Secret': {},
  'a Secret key with a blank': { data: { 'a b': 'eA==' } },
  'a Secret that is too large': { data: { a: btoa('x'.repeat(1024 * 1024 + 1)) } },
  'a TLS Secret without keys': { type: 'kubernetes.io/tls' },
  'a TLS Secret without its private key': { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } },
  'a Docker Secret without its key': { type: 'kubernetes.io/dockercfg' },
  'a Docker Secret without JSON': {
    type: 'kubernetes.io/dockercfg',
    data: { '.dockercfg': btoa('x') },
  },
  'a Docker Secret of empty text': {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': '' },
  },
  'a Docker Secret of a list': {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': btoa('[]') },
  },
  'a Docker Secret of half an object': {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': btoa('{"a":1') },
  },
  'a login without anything': { type: 'kubernetes.io/basic-auth' },
  'a login with a name only': { type: 'kubernetes.io/basic-auth', data: { username: '' } },
  'an SSH Secret without a key': { type: 'kubernetes.io/ssh-auth' },
  'a token of no service account': { type: 'kubernetes.io/service-account-token' },
  'a Secret of a type of its own': { type: 'example.com/any' },
  'a Secret of a bad name': { 'metadata.name': 'A_b' },
}

const ENDPOINTS_FAULTS: Table = {
  'Endpoints without addresses': { subsets: [{ ports: [{ port: 80 }] }] },
  'Endpoints of no address': { subsets: [{ addresses: [{ ip: 'one' }] }] },
  'Endpoints on the loopback': { subsets: [{ addresses: [{ ip: '127.0.0.1' }] }] },
  'Endpoints nowhere': { subsets: [{ addresses: [{ ip: '0.0.0.0' }] }] },
  'Endpoints on the link': {
    subsets: [{ notReadyAddresses: [{ ip: '169.254.1.1' }, { ip: 'fe80::1' }] }],
  },
  'Endpoints of many': { subsets: [{ addresses: [{ ip: '224.0.0.1' }, { ip: 'ff02::1' }] }] },
  'Endpoints of a bad host and node': {
    subsets: [{ addresses: [{ ip: '10.0.0.1', hostname: 'a.b', nodeName: 'A_' }] }],
  },
  'Endpoints ports without names': {
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 1 }, { port: 2 }] }],
  },
  'an Endpoints port of 0': {
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 0 }] }],
  },
  'an Endpoints port of an unknown protocol': {
    subsets: [
      {
        addresses: [{ ip: '10.0.0.1' }],
        ports: [{ port: 1, name: 'A', protocol: 'X', appProtocol: 'a b' }],
      },
    ],
  },
}

const SLICE_FAULTS: Table = {
  'a valid EndpointSlice': {},
  'an EndpointSlice without a type': { addressType: '' },
  'an EndpointSlice of an unknown type': { addressType: 'IPv5' },
  'an EndpointSlice of the wrong family': { endpoints: [{ addresses: ['fd00::1'] }] },
  'an IPv6 EndpointSlice of the wrong family': {
    addressType: 'IPv6',
    endpoints: [{ addresses: ['10.0.0.1'] }],
  },
  'an IPv6 EndpointSlice of a long address': {
    addressType: 'IPv6',
    endpoints: [{ addresses: ['fd00:0:0:0:0:0:0:1'] }],
  },
  'an EndpointSlice of no address': { endpoints: [{ addresses: ['one'] }] },
  'an endpoint without addresses': { endpoints: [{ addresses: [] }] },
  'an endpoint of 101 addresses': {
    endpoints: [{ addresses: Array.from({ length: 101 }, (_, n) => `10.1.1.${n + 1}`) }],
  },
  'an endpoint on the loopback': { endpoints: [{ addresses: ['127.0.0.1'] }] },
  'an endpoint by a short domain': { addressType: 'FQDN', endpoints: [{ addresses: ['web'] }] },
  'an endpoint by a bad domain': { addressType: 'FQDN', endpoints: [{ addresses: ['a_b.c'] }] },
  'an endpoint of a bad host and node': {
    endpoints: [{ addresses: ['10.0.0.1'], hostname: 'A', nodeName: 'B' }],
  },
  'an endpoint of a bad zone hint': {
    endpoints: [
      {
        addresses: ['10.0.0.1'],
        hints: { forZones: [{ name: 'a b' }, { name: 'z' }, { name: 'z' }] },
      },
    ],
  },
  'two slice ports of one name': {
    ports: [
      { name: 'a', port: 1 },
      { name: 'a', port: 2 },
    ],
  },
  'a slice port of a bad name and protocol': {
    ports: [{ name: 'A', port: 1, protocol: 'X', appProtocol: '-' }],
  },
}

const EVENT_FAULTS: Table = {
  'a valid Event': {},
  'an Event of another namespace': { 'involvedObject.namespace': 'other' },
  'a newer Event that says little': { eventTime: '2026-01-31T12:00:00.000000Z' },
  'a newer Event that says too much': {
    eventTime: '2026-01-31T12:00:00.000000Z',
    reportingComponent: 'a b',
    reportingInstance: 'x'.repeat(129),
    action: 'x'.repeat(129),
    reason: 'x'.repeat(129),
    message: 'x'.repeat(1025),
  },
  'an Event with a name of capitals': { 'metadata.name': 'Web' },
  'an Event with a label of a bad form': { 'metadata.labels': { a: 'b c' } },
}

const LEASE_FAULTS: Table = {
  'a Lease of no time': { 'spec.leaseDurationSeconds': 0 },
  'a Lease of negative transitions': { 'spec.leaseTransitions': -1 },
  'a Lease of a preferred holder': { 'spec.preferredHolder': 'two' },
  'a Lease of an unknown strategy': { 'spec.strategy': 'Any' },
  'a Lease without a spec': { spec: undefined },
  'a Lease of a bad name': { 'metadata.name': 'Leader' },
  'a Lease with a plain finalizer': { 'metadata.finalizers': ['mine'] },
}

const BUDGET_FAULTS: Table = {
  'a budget of both': { 'spec.maxUnavailable': 1 },
  'a budget of a negative number': { 'spec.minAvailable': -1 },
  'a budget of 101 percent': { 'spec.minAvailable': '101%' },
  'a budget of words': { 'spec.minAvailable': 'most' },
  'a budget of a bad selector': { 'spec.selector': { matchLabels: { 'a b': 'c' } } },
  'a budget of an unknown policy': { 'spec.unhealthyPodEvictionPolicy': 'Never' },
  'a budget of a bad label': { 'metadata.labels': { a: 'b c' } },
  'a budget of a name with capitals': { 'metadata.name': 'Web' },
  'a budget of a bad label and number': {
    'metadata.labels': { a: 'b c' },
    'spec.minAvailable': -1,
  },
  'a budget of nothing': { spec: {} },
}

const RULE = 'spec.rules.0'
const PATH = `${RULE}.http.paths.0`
const BACKEND = `${PATH}.backend`

const INGRESS_FAULTS: Table = {
  'an Ingress without rules': { spec: {} },
  'an Ingress with an empty list of rules': { 'spec.rules': [] },
  'an Ingress host that is an address': { [`${RULE}.host`]: '10.0.0.1' },
  'an Ingress host of a bad form': { [`${RULE}.host`]: 'A_b' },
  'an Ingress host of a bad wildcard': { [`${RULE}.host`]: 'a.*.com' },
  'an Ingress host of a wildcard': { [`${RULE}.host`]: '*.example.com' },
  'an Ingress rule without paths': { [`${RULE}.http`]: { paths: [] } },
  'an Ingress path without a type': { [`${PATH}.pathType`]: undefined },
  'an Ingress path of an unknown type': { [`${PATH}.pathType`]: 'Regex' },
  'an Ingress path that is relative': { [`${PATH}.path`]: 'a' },
  'an Ingress path that is empty': { [`${PATH}.path`]: '' },
  'an Ingress path with two slashes': { [`${PATH}.path`]: '/a//b/..' },
  'an Ingress path with an escaped slash': {
    [`${PATH}.path`]: '/a%2fb',
    [`${PATH}.pathType`]: 'Exact',
  },
  'an Ingress path as the controller likes': {
    [`${PATH}.path`]: 'a',
    [`${PATH}.pathType`]: 'ImplementationSpecific',
  },
  'an Ingress without a backend': { [BACKEND]: {} },
  'an Ingress of two backends': { [`${BACKEND}.resource`]: { kind: 'Bucket', name: 'b' } },
  'an Ingress of a resource': {
    [BACKEND]: { resource: { apiGroup: 'A_', kind: '', name: 'a/b' } },
  },
  'an Ingress of no service name': { [`${BACKEND}.service.name`]: '' },
  'an Ingress of a bad service name': { [`${BACKEND}.service.name`]: '1.a' },
  'an Ingress of no port': { [`${BACKEND}.service.port`]: {} },
  'an Ingress of both ports': { [`${BACKEND}.service.port`]: { name: 'http', number: 80 } },
  'an Ingress of a bad port name': { [`${BACKEND}.service.port`]: { name: 'HTTP' } },
  'an Ingress of port 70000': { [`${BACKEND}.service.port`]: { number: 70_000 } },
  'an Ingress of a bad default': { 'spec.defaultBackend': { service: { name: 'web' } } },
  'an Ingress of a bad class': { 'spec.ingressClassName': 'A_' },
  'an Ingress of two classes': {
    'spec.ingressClassName': 'one',
    'metadata.annotations': { 'kubernetes.io/ingress.class': 'two' },
  },
  'an Ingress of bad TLS': { 'spec.tls': [{ hosts: ['A_', '*.a.com', '*'], secretName: 'S_' }] },
}

const CLASS_FAULTS: Table = {
  'an IngressClass without a controller': { spec: {} },
  'an IngressClass of a plain controller': { 'spec.controller': 'nginx' },
  'an IngressClass of a bad controller': { 'spec.controller': 'A_b/x y' },
  'an IngressClass of a long controller': { 'spec.controller': `a.com/${'x'.repeat(250)}` },
  'an IngressClass of empty parameters': { 'spec.parameters': {} },
  'an IngressClass of parameters in a namespace': {
    'spec.parameters': { kind: 'A', name: 'b', scope: 'Namespace' },
  },
  'an IngressClass of parameters in a bad namespace': {
    'spec.parameters': { kind: 'A', name: 'b', scope: 'Namespace', namespace: 'A_' },
  },
  'an IngressClass of cluster parameters in a namespace': {
    'spec.parameters': { kind: 'A', name: 'b', scope: 'Cluster', namespace: 'c' },
  },
  'an IngressClass of an unknown scope': {
    'spec.parameters': { kind: 'A', name: 'b', scope: 'World' },
  },
}

const NODE_FAULTS: Table = {
  'a Node of a bad name': { 'metadata.name': 'Node_1' },
  'a Node of a bad taint': { 'spec.taints': [{ key: 'a b', value: 'c d', effect: 'Any' }] },
  'a taint without an effect': { 'spec.taints': [{ key: 'a' }] },
  'one taint twice': {
    'spec.taints': [
      { key: 'a', value: 'b', effect: 'NoSchedule' },
      { key: 'a', value: 'c', effect: 'NoSchedule' },
    ],
  },
  'a Node of no range': { 'spec.podCIDR': 'ten', 'spec.podCIDRs': ['ten'] },
  'a Node of two ranges of one family': {
    'spec.podCIDR': '10.1.0.0/24',
    'spec.podCIDRs': ['10.1.0.0/24', '10.2.0.0/24'],
  },
  'a Node of negative memory': { 'status.capacity': { memory: '-1' } },
  'a Node of half a pod': { 'status.capacity': { pods: '1500m' } },
}

const NAMESPACE_FAULTS: Table = {
  'a Namespace with a plain finalizer': { 'spec.finalizers': ['mine'] },
  'a Namespace with a bad finalizer': { 'spec.finalizers': ['a b'] },
  'a Namespace with capitals': { 'metadata.name': 'Team' },
}

const ACCOUNT_FAULTS: Table = {
  'a ServiceAccount of a bad name': { 'metadata.name': 'Robot' },
  'a ServiceAccount with an owner': { 'metadata.ownerReferences': [{}] },
  'an owner that is an Event': {
    'metadata.ownerReferences': [{ apiVersion: 'v1', kind: 'Event', name: 'a', uid: 'b' }],
  },
  'two owners that control': {
    'metadata.ownerReferences': [
      { apiVersion: 'v1', kind: 'A', name: 'a', uid: '1', controller: true },
      {
        apiVersion: 'v1',
        kind: 'B',
        name: 'b',
        uid: '2',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  },
  'an owner of no version': {
    'metadata.ownerReferences': [{ apiVersion: 'a/', kind: 'A', name: 'a', uid: '1' }],
  },
  'a finalizer of a bad form': { 'metadata.finalizers': ['a b'] },
  'a finalizer that is not known': { 'metadata.finalizers': ['mine'] },
  'finalizers that contradict': { 'metadata.finalizers': ['orphan', 'foregroundDeletion'] },
  'a finalizer of a domain': { 'metadata.finalizers': ['example.com/mine'] },
  'a generateName of a bad form': { 'metadata.generateName': 'A_-' },
  'a generateName that ends with a dash': { 'metadata.generateName': 'robot-' },
}

/** Faults of the kinds that no container is in. */
export const KIND_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...variantsOf(SECRET, SECRETS),
  ...variantsOf(ENDPOINTS, ENDPOINTS_FAULTS),
  ...variantsOf(ENDPOINT_SLICE, SLICE_FAULTS),
  ...variantsOf(EVENT, EVENT_FAULTS),
  ...variantsOf(LEASE, LEASE_FAULTS),
  ...variantsOf(POD_DISRUPTION_BUDGET, BUDGET_FAULTS),
  ...variantsOf(INGRESS, INGRESS_FAULTS),
  ...variantsOf(INGRESS_CLASS, CLASS_FAULTS),
  ...variantsOf(NODE, NODE_FAULTS),
  ...variantsOf(NAMESPACE, NAMESPACE_FAULTS),
  ...variantsOf(SERVICE_ACCOUNT, ACCOUNT_FAULTS),
]
