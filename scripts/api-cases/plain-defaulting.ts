import {
  ENDPOINTS,
  ENDPOINT_SLICE,
  INGRESS,
  INGRESS_CLASS,
  LEASE,
  NODE,
  POD_DISRUPTION_BUDGET,
  SECRET,
  SERVICE,
  SERVICE_ACCOUNT,
  variantsOf,
  type JsonObject,
} from './base-objects.ts'

/** What the API server adds to the kinds without containers. */
export const PLAIN_DEFAULTING_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...variantsOf(SECRET, {
    'a Secret': {},
    'a Secret of an empty type': { type: '' },
    'a Secret of text': { data: undefined, stringData: { a: 'ä' } },
  }),
  ...variantsOf(SERVICE_ACCOUNT, { 'a ServiceAccount': {} }),
  ...variantsOf(ENDPOINTS, {
    'Endpoints without a protocol': {},
    'Endpoints of nothing': { subsets: [] },
  }),
  ...variantsOf(ENDPOINT_SLICE, {
    'an EndpointSlice port without a protocol': {},
    'an EndpointSlice port without a name': { ports: [{ port: 80 }] },
    'an EndpointSlice with conditions': {
      endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: false } }],
    },
  }),
  ...variantsOf(LEASE, {
    'a Lease': {},
    'a Lease of a strategy that is dropped': {
      'spec.strategy': 'OldestEmulationVersion',
      'spec.preferredHolder': 'two',
    },
  }),
  ...variantsOf(POD_DISRUPTION_BUDGET, {
    'a PodDisruptionBudget': {},
    'a PodDisruptionBudget in percent': { spec: { maxUnavailable: '50%' } },
  }),
  ...variantsOf(INGRESS, { 'an Ingress': {} }),
  ...variantsOf(INGRESS_CLASS, {
    'an IngressClass': {},
    'an IngressClass with parameters of the cluster': {
      'spec.parameters': { kind: 'A', name: 'b' },
    },
  }),
  ...variantsOf(NODE, {
    'a Node with a range': { 'spec.podCIDR': '10.9.0.0/24' },
  }),
  ...variantsOf(SERVICE, {
    'a Service with zeros': {
      'spec.publishNotReadyAddresses': false,
      'spec.externalIPs': [],
      'spec.externalName': '',
      'spec.loadBalancerIP': '',
      'spec.sessionAffinity': '',
      'spec.type': '',
      'spec.ports': [{ name: '', port: 80, targetPort: 0, nodePort: 0, protocol: '' }],
    },
    'a Service with an affinity config that is dropped': {
      'spec.sessionAffinityConfig': { clientIP: { timeoutSeconds: 10 } },
    },
    'a Service with an empty affinity config': {
      'spec.sessionAffinity': 'ClientIP',
      'spec.sessionAffinityConfig': {},
    },
    'a Service with external addresses': { 'spec.externalIPs': ['10.0.0.1'] },
    'a Service of no selector': { 'spec.selector': undefined },
    'a Service without node ports of its load balancer': {
      'spec.type': 'LoadBalancer',
      'spec.allocateLoadBalancerNodePorts': false,
    },
  }),
]
