import {
  apply,
  create,
  deployment,
  merge,
  pod,
  put,
  service,
  story,
  type ApplyStory,
} from './apply-step.ts'
import type { JsonObject } from './base-objects.ts'

const READY = {
  type: 'Ready',
  status: 'True',
  lastProbeTime: null,
  lastTransitionTime: '2020-01-01T00:00:00Z',
}
const INITIALIZED = { ...READY, type: 'Initialized' }

/** Of Pods, Services and some other kinds. */
export const APPLY_POD_STORIES: readonly ApplyStory[] = [
  story(
    'a Pod is created, and its status written as a kubelet does',
    create('ann', pod()),
    merge(
      'kubelet',
      { status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] } },
      { on: 'status' },
    ),
    merge('kubelet', { status: { conditions: [INITIALIZED, READY] } }, { on: 'status' }),
    merge(
      'kubelet',
      { status: { conditions: [INITIALIZED, { ...READY, status: 'False' }] } },
      { on: 'status' },
    ),
    merge('other', { status: { conditions: [READY] } }, { on: 'status' }),
  ),
  story(
    'a Pod is applied, and its image changed',
    apply('ann', pod({ env: [{ name: 'A', value: '1' }] })),
    apply('ann', pod({ image: 'app:v2', env: [{ name: 'A', value: '1' }] })),
    merge('bob', { metadata: { labels: { a: 'b' } } }),
    apply('ann', pod({ image: 'app:v3', env: [{ name: 'A', value: '1' }] })),
  ),
  story(
    'a Pod with volumes, init containers and tolerations',
    create(
      'ann',
      pod(
        { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
        {
          volumes: [
            { name: 'v', emptyDir: {} },
            { name: 'c', configMap: { name: 'c' } },
          ],
          initContainers: [{ name: 'init', image: 'init:v1' }],
          tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }],
          nodeSelector: { a: 'b' },
          imagePullSecrets: [{ name: 'pull' }],
          hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' },
          ],
        },
      ),
    ),
    merge('bob', { metadata: { finalizers: ['example.com/a'] } }),
    merge('bob', { metadata: { finalizers: null } }),
  ),
  story(
    'a Pod status that is applied',
    apply('ann', pod()),
    apply(
      'kubelet',
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, status: { phase: 'Running' } },
      { on: 'status' },
    ),
    apply(
      'other',
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web' },
        status: { phase: 'Failed', conditions: [READY] },
      },
      { on: 'status' },
    ),
  ),
  story('a Service is created', create('ann', service([{ port: 80 }]))),
  story(
    'a Service of each type is created',
    create(
      'ann',
      service(
        [
          { port: 80, name: 'a' },
          { port: 80, protocol: 'UDP', name: 'b' },
        ],
        {
          type: 'NodePort',
        },
      ),
    ),
    merge('bob', { spec: { type: 'ClusterIP' } }),
    merge('bob', { spec: { type: 'LoadBalancer', sessionAffinity: 'ClientIP' } }),
  ),
  story(
    'a Service is applied',
    apply('ann', service([{ port: 80 }])),
    apply('ann', service([{ port: 80 }])),
    apply('ann', service([{ port: 80, targetPort: 8080, name: 'http' }])),
    apply('bob', servicePart({ ports: [{ port: 443, name: 'https' }] })),
    apply('bob', servicePart({ ports: [{ port: 80, protocol: 'TCP', targetPort: 9 }] })),
    apply('ann', service([{ port: 81, name: 'http' }])),
    apply('eve', servicePart({ selector: { x: 'y' } })),
  ),
  story(
    'ports of a Service with one number and two protocols',
    apply(
      'ann',
      service([
        { port: 53, name: 'tcp' },
        { port: 53, protocol: 'UDP', name: 'udp' },
      ]),
    ),
    apply('ann', service([{ port: 53, protocol: 'UDP', name: 'udp' }])),
    merge('bob', { spec: { ports: [{ port: 54, name: 'new' }] } }),
    put('bob', { spec: { sessionAffinity: 'ClientIP' } }),
  ),
  story(
    'an Endpoints object, whose lists are one piece',
    apply('ann', endpoints('10.1.0.1')),
    apply('ann', endpoints('10.1.0.2')),
    apply('bob', endpoints('10.1.0.3')),
    merge('bob', { subsets: null }),
  ),
  story(
    'a slice of endpoints',
    create('ann', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web' },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    }),
    merge('bob', { endpoints: [{ addresses: ['10.0.0.2'] }] }),
  ),
  story(
    'a budget for disruptions',
    apply('ann', budget({ minAvailable: 1 })),
    apply('bob', budget({ minAvailable: '50%' })),
    merge(
      'controller',
      {
        status: {
          observedGeneration: 1,
          disruptionsAllowed: 0,
          currentHealthy: 0,
          desiredHealthy: 1,
          expectedPods: 0,
        },
      },
      { on: 'status' },
    ),
    apply('ann', budget({ maxUnavailable: 1 })),
  ),
  story(
    'a ReplicaSet and its status',
    create('ann', { ...deployment({ replicas: 2 }), kind: 'ReplicaSet' }),
    merge('controller', { status: { replicas: 0, observedGeneration: 1 } }, { on: 'status' }),
    merge('controller', { status: { replicas: 2, readyReplicas: 1 } }, { on: 'status' }),
    merge('hpa', { spec: { replicas: 3 } }, { on: 'scale' }),
  ),
  story(
    'a StatefulSet',
    apply('ann', {
      ...deployment({ serviceName: 'web' }),
      kind: 'StatefulSet',
    }),
    apply('ann', {
      ...deployment({ serviceName: 'web', replicas: 2 }, { image: 'app:v2' }),
      kind: 'StatefulSet',
    }),
    merge('bob', { spec: { replicas: 3 } }, { on: 'scale' }),
  ),
  story(
    'an Ingress',
    apply('ann', ingress('/a')),
    apply('bob', ingress('/b')),
    apply('ann', ingress('/c')),
    merge('bob', { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } }, { on: 'status' }),
  ),
  story(
    'a role, whose rules are one piece',
    apply('ann', role(['get'])),
    apply('bob', role(['get', 'list'])),
    apply('ann', role(['get', 'list'])),
  ),
  story(
    'a service account, whose secrets have keys',
    apply('ann', account([{ name: 'a' }])),
    apply('bob', account([{ name: 'b' }])),
    apply('ann', account([])),
  ),
]

function servicePart(spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec }
}

function endpoints(ip: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web' },
    subsets: [{ addresses: [{ ip }], ports: [{ port: 80, protocol: 'TCP' }] }],
  }
}

function budget(spec: JsonObject): JsonObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  }
}

function ingress(path: string): JsonObject {
  const backend = { service: { name: 'web', port: { number: 80 } } }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: { rules: [{ host: 'a.test', http: { paths: [{ path, pathType: 'Prefix', backend }] } }] },
  }
}

function role(verbs: readonly string[]): JsonObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'web' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
  }
}

function account(secrets: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web' }, secrets }
}
