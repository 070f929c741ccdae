import {
  change,
  changeAll,
  CONFIG_MAP,
  DEPLOYMENT,
  ENDPOINTS,
  ENDPOINT_SLICE,
  EVENT,
  INGRESS,
  INGRESS_CLASS,
  LEASE,
  NAMESPACE,
  NODE,
  POD,
  POD_DISRUPTION_BUDGET,
  REPLICA_SET,
  SECRET,
  SERVICE,
  SERVICE_ACCOUNT,
  type JsonObject,
} from './base-objects.ts'

type UpdateCase = readonly [name: string, before: JsonObject, after: JsonObject]
type Changes = Readonly<Record<string, unknown>>

const TEMPLATE = 'spec.template.spec'
const BAD_LABEL = { 'metadata.labels': { a: 'b c' } }
const FIXED = { immutable: true }
/** As it was filled in for the image of before. */
const PULLED = { 'spec.containers.0.imagePullPolicy': 'IfNotPresent' }
const TOLERATION = { key: 'a', operator: 'Exists', effect: 'NoExecute' }
/** Addresses of the cluster that nobody else takes. */
const ADDRESSED = change(SERVICE, 'spec.clusterIP', '10.96.0.201')

/** Changes of each base object, by name. */
function changed(
  base: JsonObject,
  table: Readonly<Record<string, Changes>>,
): readonly UpdateCase[] {
  return Object.entries(table).map(
    ([name, changes]) => [name, base, changeAll(base, changes)] as const,
  )
}

/** Changes that need something else in the old object, too. */
function between(
  base: JsonObject,
  table: Readonly<Record<string, readonly [before: Changes, after: Changes]>>,
): readonly UpdateCase[] {
  return Object.entries(table).map(
    ([name, [before, after]]) => [name, changeAll(base, before), changeAll(base, after)] as const,
  )
}

const WORKLOADS: readonly UpdateCase[] = [
  ...changed(DEPLOYMENT, {
    'a new image': { [`${TEMPLATE}.containers.0.image`]: 'app:v2' },
    'another selector': {
      'spec.selector.matchLabels': { app: 'other' },
      'spec.template.metadata.labels': { app: 'other' },
    },
    'another selector alone': { 'spec.selector.matchLabels': { app: 'other' } },
    'no replicas any more': { 'spec.replicas': 0 },
    'less than no replicas': { 'spec.replicas': -1 },
    'a container without an image': { [`${TEMPLATE}.containers.0.image`]: '' },
    'another container': { [`${TEMPLATE}.containers`]: [{ name: 'other', image: 'other' }] },
    'a Deployment with a bad label': BAD_LABEL,
    'a Deployment that recreates from now on': { 'spec.strategy': { type: 'Recreate' } },
    'a Deployment of both budgets zero': {
      'spec.strategy': { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
    },
    'a bad selector and label': {
      ...BAD_LABEL,
      'spec.selector.matchLabels': { 'a b': 'c' },
    },
  }),
  ...changed(REPLICA_SET, {
    'another selector of a ReplicaSet': {
      'spec.selector.matchLabels': { app: 'other' },
      'spec.template.metadata.labels': { app: 'other' },
    },
    'another template of a ReplicaSet': { [`${TEMPLATE}.containers.0.image`]: 'app:v2' },
    'a ReplicaSet with a bad annotation': { 'metadata.annotations': { 'a b': 'c' } },
  }),
]

const SERVICES: readonly UpdateCase[] = [
  ...changed(ADDRESSED, {
    'another cluster IP': { 'spec.clusterIP': '10.96.0.202' },
    'no more cluster IP': { 'spec.clusterIP': 'None' },
    'a Service with other ports': { 'spec.ports': [{ name: 'a', port: 81 }] },
    'a Service with no ports': { 'spec.ports': [] },
    'a Service that becomes a name': {
      'spec.type': 'ExternalName',
      'spec.externalName': 'example.com',
      'spec.clusterIP': undefined,
      'spec.ports': undefined,
    },
    'a Service that becomes a NodePort': { 'spec.type': 'NodePort' },
    'a Service of another family': { 'spec.ipFamilies': ['IPv6'] },
    'a Service with a bad selector and label': { ...BAD_LABEL, 'spec.selector': { a: 'b c' } },
    'a Service of an unknown type': { 'spec.type': 'Internal' },
  }),
  ...between(SERVICE, {
    'another class of load balancer': [
      { 'spec.type': 'LoadBalancer', 'spec.loadBalancerClass': 'example.com/a' },
      { 'spec.type': 'LoadBalancer', 'spec.loadBalancerClass': 'example.com/b' },
    ],
    'a class of load balancer without one': [
      { 'spec.type': 'LoadBalancer', 'spec.loadBalancerClass': 'example.com/a' },
      { 'spec.type': 'ClusterIP', 'spec.loadBalancerClass': 'example.com/a' },
    ],
    'a headless Service that gets an address': [
      { 'spec.clusterIP': 'None' },
      { 'spec.clusterIP': '10.96.0.203' },
    ],
    'a headless Service that stays one': [
      { 'spec.clusterIP': 'None' },
      { 'spec.clusterIP': 'None', 'spec.ports': [] },
    ],
  }),
]

const MAPS: readonly UpdateCase[] = [
  ...between(CONFIG_MAP, {
    'other content of an immutable ConfigMap': [FIXED, { ...FIXED, data: { key: 'other' } }],
    'an immutable ConfigMap that is to be mutable': [FIXED, {}],
    'other bytes of an immutable ConfigMap': [FIXED, { ...FIXED, binaryData: { b: 'eA==' } }],
    'other labels of an immutable ConfigMap': [FIXED, { ...FIXED, 'metadata.labels': { a: 'b' } }],
    'an immutable ConfigMap that is all else': [
      FIXED,
      { data: { 'a b': 'x' }, binaryData: { b: 'eA==' } },
    ],
  }),
  ...changed(CONFIG_MAP, {
    'a ConfigMap that becomes immutable': { ...FIXED, data: { key: 'other' } },
    'a ConfigMap with a bad label': BAD_LABEL,
    'a ConfigMap with a bad finalizer': { 'metadata.finalizers': ['mine'] },
    'a ConfigMap with an owner of nothing': { 'metadata.ownerReferences': [{ apiVersion: 'v1' }] },
  }),
  ...between(SECRET, {
    'other content of an immutable Secret': [FIXED, { ...FIXED, data: { key: 'eA==' } }],
    'an immutable Secret that is to be mutable': [FIXED, {}],
    'an immutable Secret that is the same': [FIXED, FIXED],
  }),
  ...changed(SECRET, {
    'a Secret of another type': { type: 'example.com/any' },
    'a Secret of a type that needs keys': { type: 'kubernetes.io/tls' },
    'a Secret with a bad key': { data: { 'a b': 'eA==' } },
    'a Secret with a bad label': BAD_LABEL,
  }),
]

const PODS: readonly UpdateCase[] = [
  ...changed(POD, {
    'a new image of a Pod': { 'spec.containers.0.image': 'app:v2' },
    'an image of a Pod with blanks': { ...PULLED, 'spec.containers.0.image': ' app' },
    'no image of a Pod': { ...PULLED, 'spec.containers.0.image': '' },
    'a new command of a Pod': { 'spec.containers.0.command': ['x'] },
    'a new container of a Pod': {
      'spec.containers': [
        { name: 'app', image: 'app:v1' },
        { name: 'two', image: 'app:v1' },
      ],
    },
    'a deadline of a Pod': { 'spec.activeDeadlineSeconds': 10 },
    'a toleration of a Pod': { 'spec.tolerations': [TOLERATION] },
    'a bad toleration of a Pod': { 'spec.tolerations': [{ ...TOLERATION, operator: 'Is' }] },
    'a label of a Pod': { 'metadata.labels': { a: 'b' } },
    'a bad label of a Pod': BAD_LABEL,
    'a node selector of a Pod': { 'spec.nodeSelector': { a: 'b' } },
    'a scheduling gate of a Pod': { 'spec.schedulingGates': [{ name: 'a' }] },
    'a mirror of a Pod': { 'metadata.annotations': { 'kubernetes.io/config.mirror': 'x' } },
    'another restart policy of a Pod': { 'spec.restartPolicy': 'Never' },
    'another grace period of a Pod': { 'spec.terminationGracePeriodSeconds': 5 },
    'a volume of a Pod': { 'spec.hostname': 'other' },
  }),
  ...between(POD, {
    'a shorter deadline of a Pod': [
      { 'spec.activeDeadlineSeconds': 10 },
      { 'spec.activeDeadlineSeconds': 5 },
    ],
    'a longer deadline of a Pod': [
      { 'spec.activeDeadlineSeconds': 10 },
      { 'spec.activeDeadlineSeconds': 15 },
    ],
    'no more deadline of a Pod': [{ 'spec.activeDeadlineSeconds': 10 }, {}],
    'no more toleration of a Pod': [{ 'spec.tolerations': [TOLERATION] }, {}],
    'a toleration of a Pod for a time': [
      { 'spec.tolerations': [{ ...TOLERATION, tolerationSeconds: 5 }] },
      { 'spec.tolerations': [{ ...TOLERATION, tolerationSeconds: 9 }] },
    ],
    'a gate of a Pod that opens': [
      { 'spec.schedulingGates': [{ name: 'a' }, { name: 'b' }] },
      { 'spec.schedulingGates': [{ name: 'b' }] },
    ],
    'another gate of a Pod': [
      { 'spec.schedulingGates': [{ name: 'a' }] },
      { 'spec.schedulingGates': [{ name: 'b' }] },
    ],
    'a node selector of a gated Pod': [
      { 'spec.schedulingGates': [{ name: 'a' }] },
      { 'spec.schedulingGates': [{ name: 'a' }], 'spec.nodeSelector': { a: 'b' } },
    ],
    'less of a node selector of a gated Pod': [
      { 'spec.schedulingGates': [{ name: 'a' }], 'spec.nodeSelector': { a: 'b' } },
      { 'spec.schedulingGates': [{ name: 'a' }], 'spec.nodeSelector': { a: 'c' } },
    ],
  }),
]

const PLAIN_KINDS: readonly UpdateCase[] = [
  ...changed(ENDPOINTS, {
    'other Endpoints': { subsets: [{ addresses: [{ ip: '10.1.0.2' }] }] },
    'Endpoints of nothing': { subsets: [{}] },
    'Endpoints with a bad label': BAD_LABEL,
  }),
  ...changed(ENDPOINT_SLICE, {
    'an EndpointSlice of another type': { addressType: 'IPv6', endpoints: [] },
    'an EndpointSlice of other endpoints': { endpoints: [{ addresses: ['10.1.0.9'] }] },
    'an EndpointSlice with a bad label': BAD_LABEL,
  }),
  ...changed(SERVICE_ACCOUNT, {
    'a ServiceAccount without a token': { automountServiceAccountToken: false },
    'a ServiceAccount with a bad label': BAD_LABEL,
  }),
  ...changed(LEASE, {
    'a Lease of another holder': { 'spec.holderIdentity': 'two' },
    'a Lease for no time': { 'spec.leaseDurationSeconds': 0 },
    'a Lease with a bad label': BAD_LABEL,
  }),
  ...changed(POD_DISRUPTION_BUDGET, {
    'a budget of another number': { 'spec.minAvailable': 2 },
    'a budget of another selector': { 'spec.selector.matchLabels': { app: 'other' } },
    'a budget that says both': { 'spec.maxUnavailable': 1 },
    'a budget with a bad label': BAD_LABEL,
  }),
  ...changed(INGRESS, {
    'an Ingress of another host': { 'spec.rules.0.host': 'b.example.com' },
    'an Ingress of no rules': { 'spec.rules': [] },
    'an Ingress of two classes from now on': {
      'spec.ingressClassName': 'one',
      'metadata.annotations': { 'kubernetes.io/ingress.class': 'two' },
    },
    'an Ingress with a bad label': BAD_LABEL,
  }),
  ...changed(INGRESS_CLASS, {
    'an IngressClass of another controller': { 'spec.controller': 'example.com/other' },
    'an IngressClass of no controller': { 'spec.controller': '' },
    'an IngressClass with parameters': { 'spec.parameters': { kind: 'A', name: 'b' } },
    'an IngressClass with a bad label': BAD_LABEL,
  }),
  // Each of another name, since a Namespace takes a while to go.
  ...changed(change(NAMESPACE, 'metadata.name', 'case-one'), {
    'a Namespace with a label': { 'metadata.labels': { a: 'b' } },
  }),
  ...changed(change(NAMESPACE, 'metadata.name', 'case-two'), {
    'a Namespace with a bad label': BAD_LABEL,
  }),
  ...changed(NODE, {
    'a Node that takes no pods': { 'spec.unschedulable': true },
    'a Node with a bad taint': { 'spec.taints': [{ key: 'a b', effect: 'Any' }] },
    'a Node with a range': { 'spec.podCIDR': '10.9.0.0/24', 'spec.podCIDRs': ['10.9.0.0/24'] },
    'a Node with a bad label': BAD_LABEL,
  }),
  ...between(NODE, {
    'a Node with another range': [
      { 'spec.podCIDR': '10.9.0.0/24', 'spec.podCIDRs': ['10.9.0.0/24'] },
      { 'spec.podCIDR': '10.8.0.0/24', 'spec.podCIDRs': ['10.8.0.0/24'] },
    ],
    'a Node of another provider': [{ 'spec.providerID': 'a' }, { 'spec.providerID': 'b' }],
  }),
  ...changed(EVENT, {
    'an Event that is counted': { count: 2, lastTimestamp: '2026-01-31T12:00:00Z' },
    'an Event of another namespace from now on': { 'involvedObject.namespace': 'other' },
    'an Event with a bad label': BAD_LABEL,
  }),
]

/** Pairs to ask the API server about: may the first become the second? */
export const UPDATE_CASES: readonly UpdateCase[] = [
  ...WORKLOADS,
  ...SERVICES,
  ...MAPS,
  ...PODS,
  ...PLAIN_KINDS,
]
