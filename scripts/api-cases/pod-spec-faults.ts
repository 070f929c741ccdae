import { POD, variantsOf, type JsonObject } from './base-objects.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const LABELS = { matchLabels: { app: 'web' } }

function nodeAffinity(requirement: object): Readonly<Record<string, unknown>> {
  return {
    'spec.affinity': {
      nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: [requirement] } },
    },
  }
}

function expression(requirement: object): Readonly<Record<string, unknown>> {
  return nodeAffinity({ matchExpressions: [requirement] })
}

function podAffinity(term: object): Readonly<Record<string, unknown>> {
  return { 'spec.affinity': { podAntiAffinity: { [REQUIRED]: [term] } } }
}

/** Where a pod may run. */
const SCHEDULING_FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a node selector of a bad form': { 'spec.nodeSelector': { 'a b': 'x' } },
  'a node affinity without terms': {
    'spec.affinity': { nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: [] } } },
  },
  'a node affinity in nothing': expression({ key: 'zone', operator: 'In' }),
  'a node affinity that exists in something': expression({
    key: 'zone',
    operator: 'Exists',
    values: ['a'],
  }),
  'a node affinity greater than two': expression({
    key: 'zone',
    operator: 'Gt',
    values: ['1', '2'],
  }),
  'a node affinity of an unknown operator': expression({
    key: 'zone',
    operator: 'Is',
    values: ['a'],
  }),
  'a node affinity of a bad key and value': expression({
    key: 'a b',
    operator: 'In',
    values: ['c d'],
  }),
  'a node affinity of an unknown field': nodeAffinity({
    matchFields: [{ key: 'spec.a', operator: 'In', values: ['a'] }],
  }),
  'a node affinity of two names': nodeAffinity({
    matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a', 'B'] }],
  }),
  'a node preference of no weight': {
    'spec.affinity': {
      nodeAffinity: {
        [PREFERRED]: [
          { weight: 0, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
        ],
      },
    },
  },
  'a pod affinity without a topology': podAffinity({ labelSelector: LABELS, topologyKey: '' }),
  'a pod affinity of a bad topology': podAffinity({ labelSelector: LABELS, topologyKey: 'a b' }),
  'a pod affinity of a bad namespace': podAffinity({
    labelSelector: LABELS,
    topologyKey: 'zone',
    namespaces: ['A'],
  }),
  'a pod affinity of a bad selector': podAffinity({
    labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] },
    topologyKey: 'zone',
  }),
  'a pod affinity of label keys without a selector': podAffinity({
    topologyKey: 'zone',
    matchLabelKeys: ['a'],
  }),
  'a pod preference of weight 101': {
    'spec.affinity': {
      podAffinity: {
        [PREFERRED]: [
          { weight: 101, podAffinityTerm: { labelSelector: LABELS, topologyKey: 'zone' } },
        ],
      },
    },
  },
  'a toleration of all by equality': { 'spec.tolerations': [{ operator: 'Equal' }] },
  'a toleration that exists and has a value': {
    'spec.tolerations': [{ key: 'a', operator: 'Exists', value: 'b' }],
  },
  'a toleration of an unknown operator': { 'spec.tolerations': [{ key: 'a', operator: 'Is' }] },
  'a toleration of an unknown effect': {
    'spec.tolerations': [{ key: 'a', operator: 'Exists', effect: 'Any' }],
  },
  'a toleration for a time of another effect': {
    'spec.tolerations': [
      { key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 },
    ],
  },
  'a toleration of a bad key and value': {
    'spec.tolerations': [{ key: 'a b', operator: 'Equal', value: 'c d' }],
  },
  'a spread of no skew': {
    'spec.topologySpreadConstraints': [
      { maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Never', labelSelector: LABELS },
    ],
  },
  'two spreads of one topology': {
    'spec.topologySpreadConstraints': [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: LABELS,
      },
      {
        maxSkew: 2,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: LABELS,
      },
    ],
  },
  'a spread over domains that is not needed': {
    'spec.topologySpreadConstraints': [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: LABELS,
        minDomains: 0,
        nodeTaintsPolicy: 'Maybe',
      },
    ],
  },
  'a spread by label keys without a selector': {
    'spec.topologySpreadConstraints': [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        matchLabelKeys: ['a'],
      },
    ],
  },
  'a readiness gate of a bad form': { 'spec.readinessGates': [{ conditionType: 'a b' }] },
  'a scheduling gate of a bad form': { 'spec.schedulingGates': [{ name: '' }] },
  'two scheduling gates of one name': { 'spec.schedulingGates': [{ name: 'a' }, { name: 'a' }] },
  'a gated pod on a node': { 'spec.schedulingGates': [{ name: 'a' }], 'spec.nodeName': 'one' },
  'a node name of a bad form': { 'spec.nodeName': 'Node_1' },
}

/** Names, networks and the like. */
const SPEC_FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a DNS policy without servers': { 'spec.dnsPolicy': 'None' },
  'a DNS config without servers': {
    'spec.dnsPolicy': 'None',
    'spec.dnsConfig': { searches: ['a'] },
  },
  'a DNS server that is none': { 'spec.dnsConfig': { nameservers: ['dns'] } },
  'four DNS servers': {
    'spec.dnsConfig': { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] },
  },
  'a search domain of a bad form': { 'spec.dnsConfig': { searches: ['a b', 'ok_x', '.'] } },
  '33 search domains': {
    'spec.dnsConfig': { searches: Array.from({ length: 33 }, (_, n) => `s${n}`) },
  },
  'a DNS option without a name': { 'spec.dnsConfig': { options: [{ value: 'x' }] } },
  'a host alias of no address': { 'spec.hostAliases': [{ ip: 'one', hostnames: ['a'] }] },
  'a host alias of a bad name': { 'spec.hostAliases': [{ ip: '10.0.0.1', hostnames: ['A_'] }] },
  'a subdomain with a dot': { 'spec.subdomain': 'a.b' },
  'a host name that is too long': { 'spec.hostname': 'a'.repeat(64) },
  'an empty restart policy of OnSuccess': { 'spec.restartPolicy': 'OnSuccess' },
  'a deadline beyond all time': { 'spec.activeDeadlineSeconds': 2 ** 31 },
  'an OS that is not known': { 'spec.os': { name: 'plan9' } },
  'an OS without a name': { 'spec.os': {} },
  'a pod of Windows with a Linux user': {
    'spec.os': { name: 'windows' },
    'spec.securityContext': { runAsUser: 1 },
  },
  'a group of a negative number': {
    'spec.securityContext': { fsGroup: -1, supplementalGroups: [1, -2] },
  },
  'a change policy of groups that is not known': {
    'spec.securityContext': { fsGroupChangePolicy: 'Never' },
  },
  'a sysctl of a bad name': { 'spec.securityContext': { sysctls: [{ name: 'A b', value: '1' }] } },
  'one sysctl twice': {
    'spec.securityContext': {
      sysctls: [
        { name: 'net.core.somaxconn', value: '1' },
        { name: 'net.core.somaxconn', value: '2' },
      ],
    },
  },
  'a network sysctl of the host': {
    'spec.hostNetwork': true,
    'spec.securityContext': { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] },
  },
  'a shared process namespace of the host': {
    'spec.hostPID': true,
    'spec.shareProcessNamespace': true,
  },
  'a port of the host that is another': {
    'spec.hostNetwork': true,
    'spec.containers.0.ports': [{ containerPort: 80, hostPort: 81 }],
  },
  'users of its own on the network of the host': {
    'spec.hostNetwork': true,
    'spec.hostUsers': false,
  },
  'an ephemeral container at the start': {
    'spec.ephemeralContainers': [{ name: 'debug', image: 'debug' }],
  },
  'a mirror of nothing': { 'metadata.annotations': { 'kubernetes.io/config.mirror': 'x' } },
  'a deletion cost of words': {
    'metadata.annotations': { 'controller.kubernetes.io/pod-deletion-cost': 'much' },
  },
  'a deletion cost of a leading zero': {
    'metadata.annotations': { 'controller.kubernetes.io/pod-deletion-cost': '010' },
  },
  'several faults at once': {
    'spec.hostname': 'A',
    'spec.containers.0.image': '',
    'spec.restartPolicy': 'Now',
    'spec.tolerations': [{ key: 'a b', operator: 'Exists' }],
  },
}

export const POD_SPEC_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...variantsOf(POD, SCHEDULING_FAULTS),
  ...variantsOf(POD, SPEC_FAULTS),
]
