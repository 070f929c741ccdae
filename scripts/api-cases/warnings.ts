import {
  DEPLOYMENT,
  ENDPOINT_SLICE,
  INGRESS,
  POD,
  SECRET,
  SERVICE,
  SERVICE_ACCOUNT,
  NODE,
  variantsOf,
  type JsonObject,
} from './base-objects.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const FIRST = 'spec.containers.0'

const POD_WARNINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a Pod name with a dot': { 'metadata.name': 'web.one' },
  'a variable that hides another': {
    [`${FIRST}.env`]: [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: 'A', value: '$(A)3' },
    ],
  },
  'one port in two containers': {
    'spec.containers': [
      { name: 'a', image: 'a', ports: [{ containerPort: 80, name: 'http' }] },
      { name: 'b', image: 'b', ports: [{ containerPort: 80, name: 'http' }] },
    ],
  },
  'ports that overlap': {
    [`${FIRST}.ports`]: [{ containerPort: 80 }, { containerPort: 80, hostPort: 8080 }],
  },
  'ports that are not clear': {
    [`${FIRST}.ports`]: [
      { containerPort: 80, hostPort: 8080 },
      { containerPort: 80, hostPort: 8080, hostIP: '10.0.0.1' },
    ],
  },
  'half a byte': { [`${FIRST}.resources`]: { limits: { memory: '500m' } } },
  'a host alias twice': {
    'spec.hostAliases': [
      { ip: '10.0.0.1', hostnames: ['a'] },
      { ip: '10.0.0.1', hostnames: ['b'] },
    ],
  },
  'a host alias of a strange address': {
    'spec.hostAliases': [{ ip: '010.0.0.1', hostnames: ['a'] }],
  },
  'a pull secret twice and one without a name': {
    'spec.imagePullSecrets': [{ name: 'a' }, { name: 'a' }, {}],
  },
  'a node selector of a label of old': {
    'spec.nodeSelector': { 'beta.kubernetes.io/os': 'linux' },
  },
  'a node affinity to a label of old': {
    'spec.affinity': {
      nodeAffinity: {
        [REQUIRED]: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'failure-domain.beta.kubernetes.io/zone', operator: 'Exists' },
              ],
            },
          ],
        },
      },
    },
  },
  'a spread without a selector': {
    'spec.topologySpreadConstraints': [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' },
    ],
  },
  'a pod affinity without a selector': {
    'spec.affinity': { podAntiAffinity: { [REQUIRED]: [{ topologyKey: 'zone' }] } },
  },
  'annotations of old': {
    'metadata.annotations': {
      'scheduler.alpha.kubernetes.io/critical-pod': '',
      'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
      'container.seccomp.security.alpha.kubernetes.io/app': 'runtime/default',
    },
  },
  'a volume of a Git repository': { 'spec.volumes': [{ name: 'a', gitRepo: { repository: 'r' } }] },
  'a projected volume of nothing': {
    'spec.volumes': [{ name: 'a', projected: { sources: [{}] } }],
  },
  'items of one path': {
    'spec.volumes': [
      {
        name: 'a',
        configMap: {
          name: 'c',
          items: [
            { key: 'k', path: 'p' },
            { key: 'l', path: 'p/q' },
          ],
        },
      },
    ],
  },
  'a negative grace period of a Pod': { 'spec.terminationGracePeriodSeconds': -1 },
  'a Pod without anything to say': {},
}

export const WARNING_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...variantsOf(POD, POD_WARNINGS),
  ...variantsOf(DEPLOYMENT, {
    'a Deployment name with a dot that is told': { 'metadata.name': 'web.one' },
    'a template whose variable hides another': {
      'spec.template.spec.containers.0.env': [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
  }),
  ...variantsOf(SERVICE, {
    'a headless Service with affinity': {
      'spec.clusterIP': 'None',
      'spec.sessionAffinity': 'ClientIP',
      'spec.externalIPs': ['10.0.0.1'],
    },
    'a Service with a name that is ignored': { 'spec.externalName': 'example.com' },
    'a Service with addresses in strange forms': {
      'spec.externalIPs': ['010.0.0.1', '::ffff:10.0.0.1', 'FD00:0::1'],
      'spec.loadBalancerIP': 'FD00:0::1',
    },
    'a Service with ranges in strange forms': {
      'spec.type': 'LoadBalancer',
      'spec.loadBalancerSourceRanges': ['10.0.0.1/8', '010.0.0.0/8', 'FD00:0::/64'],
    },
    'a Service with topology hints of old': {
      'metadata.annotations': { 'service.kubernetes.io/topology-aware-hints': 'auto' },
    },
  }),
  ...variantsOf(INGRESS, {
    'an Ingress of a class by annotation': {
      'metadata.annotations': { 'kubernetes.io/ingress.class': 'nginx' },
    },
  }),
  ...variantsOf(ENDPOINT_SLICE, {
    'an EndpointSlice of domains': { addressType: 'FQDN', endpoints: [{ addresses: ['a.b'] }] },
    'an EndpointSlice of a strange address': { endpoints: [{ addresses: ['010.0.0.1'] }] },
  }),
  ...variantsOf(SECRET, {
    'a TLS Secret that holds none': {
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': '', 'tls.key': '' },
    },
  }),
  ...variantsOf(SERVICE_ACCOUNT, {
    'a ServiceAccount that enforces mountable secrets': {
      'metadata.annotations': { 'kubernetes.io/enforce-mountable-secrets': 'true' },
    },
  }),
  ...variantsOf(NODE, {
    'a Node with a range of a strange form': {
      'spec.podCIDR': '010.0.0.0/24',
      'spec.podCIDRs': ['010.0.0.0/24'],
    },
  }),
]
