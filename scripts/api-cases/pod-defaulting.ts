import { DEPLOYMENT, POD, variantsOf, type JsonObject } from './base-objects.ts'

const FIRST = 'spec.containers.0'

/** What the API server adds to pods, and to templates in another way. */
export const POD_DEFAULTING_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...variantsOf(POD, {
    'limits without requests of a Pod': {
      [`${FIRST}.resources`]: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
    },
    'quantities in other spellings': {
      [`${FIRST}.resources`]: {
        limits: { cpu: '1000m', memory: '1024Mi', 'ephemeral-storage': '1e3' },
        requests: { cpu: '0.1', memory: '1500Ki', 'ephemeral-storage': '500000m' },
      },
    },
    'quantities that are numbers': {
      [`${FIRST}.resources`]: { limits: { cpu: 2, memory: 1_000_000_000 } },
    },
    'quantities of less than a thousandth': {
      [`${FIRST}.resources`]: { limits: { cpu: '1.2345' }, requests: { cpu: '100u' } },
    },
    'an empty list of resources': { [`${FIRST}.resources`]: { limits: {}, requests: {} } },
    'a device of a Pod': { [`${FIRST}.resources`]: { limits: { 'example.com/gpu': '1' } } },
    'ports on the network of the host': {
      'spec.hostNetwork': true,
      [`${FIRST}.ports`]: [{ containerPort: 80 }],
      'spec.initContainers': [{ name: 'i', image: 'i', ports: [{ containerPort: 81 }] }],
    },
    'a negative grace period': { 'spec.terminationGracePeriodSeconds': -5 },
    'a token for a service account': {
      'spec.volumes': [
        { name: 'a', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      ],
    },
    'a downward volume of resources': {
      'spec.volumes': [
        {
          name: 'a',
          downwardAPI: {
            items: [
              { path: 'p', resourceFieldRef: { containerName: 'app', resource: 'limits.cpu' } },
            ],
          },
        },
      ],
    },
    'a projected volume of a downward file': {
      'spec.volumes': [
        {
          name: 'a',
          projected: {
            defaultMode: 256,
            sources: [
              { downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.uid' } }] } },
            ],
          },
        },
      ],
    },
    'a variable of resources': {
      [`${FIRST}.env`]: [
        {
          name: 'A',
          valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1000m' } },
        },
      ],
    },
    'a volume of a size': {
      'spec.volumes': [{ name: 'a', emptyDir: { sizeLimit: '1024Mi', medium: '' } }],
    },
    'a claim, NFS and a host path': {
      'spec.volumes': [
        { name: 'a', persistentVolumeClaim: { claimName: 'c', readOnly: false } },
        { name: 'b', nfs: { server: 's', path: '/p', readOnly: false } },
        { name: 'c', hostPath: { path: '/p', type: 'Directory' } },
      ],
    },
    'mounts with zeros': {
      'spec.volumes': [{ name: 'a', emptyDir: {} }],
      [`${FIRST}.volumeMounts`]: [{ name: 'a', mountPath: '/a', readOnly: false, subPath: '' }],
    },
    'tolerations with zeros': {
      'spec.tolerations': [{ key: '', operator: 'Exists', value: '', effect: '' }],
    },
    'a spread over zones': {
      'spec.topologySpreadConstraints': [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { app: 'web' } },
        },
      ],
    },
    'names of nothing': {
      'spec.hostname': '',
      'spec.subdomain': '',
      'spec.hostAliases': [],
      'spec.imagePullSecrets': [],
      'spec.readinessGates': [],
      'spec.schedulingGates': [],
    },
    'security contexts of a pod and a container': {
      'spec.securityContext': { runAsUser: 0, runAsNonRoot: false, supplementalGroups: [] },
      [`${FIRST}.securityContext`]: { privileged: false, capabilities: {} },
    },
    'a hook with an empty path and scheme': {
      [`${FIRST}.lifecycle`]: {
        preStop: { httpGet: { port: 80, path: '', scheme: '', host: '', httpHeaders: [] } },
        postStart: { tcpSocket: { port: 80, host: '' } },
      },
    },
    'a stop signal that is dropped': {
      'spec.os': { name: 'linux' },
      [`${FIRST}.lifecycle`]: { stopSignal: 'SIGTERM', preStop: { sleep: { seconds: 1 } } },
    },
    'a restart policy that is dropped': { [`${FIRST}.restartPolicy`]: 'Always' },
    'a host name override that is dropped': { 'spec.hostnameOverride': 'other' },
    'a pull policy of nothing': {
      [`${FIRST}.imagePullPolicy`]: '',
      [`${FIRST}.terminationMessagePath`]: '',
    },
  }),
  ...variantsOf(DEPLOYMENT, {
    'a service account by its old name': { 'spec.template.spec.serviceAccount': 'robot' },
    'quantities of a template': {
      'spec.template.spec.containers.0.resources': { limits: { cpu: '1000m' } },
    },
    'the network of the host in a template': {
      'spec.template.spec.hostNetwork': true,
      'spec.template.spec.containers.0.ports': [{ containerPort: 80, name: '' }],
    },
    'template metadata of nothing': {
      'spec.template.metadata': { labels: { app: 'web' }, annotations: {}, name: '' },
    },
  }),
]
