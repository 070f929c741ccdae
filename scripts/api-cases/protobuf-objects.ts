/** Objects with many kinds of fields, and the paths of what an API server is to answer in both forms. */
import { changeAll, CONTAINER, DEPLOYMENT, POD } from './base-objects.ts'
import type { JsonObject } from './base-objects.ts'

const CORE = 'api/v1/namespaces/NAMESPACE'
const APPS = 'apis/apps/v1/namespaces/NAMESPACE'
const NETWORKING = 'apis/networking.k8s.io/v1'

const NAMED = { name: 'web' }

const RICH_CONTAINER: JsonObject = {
  ...CONTAINER,
  command: ['run'],
  args: ['', 'é'],
  ports: [{ name: 'http', containerPort: 80, hostIP: '127.0.0.1' }],
  envFrom: [{ configMapRef: { name: 'web', optional: false }, prefix: 'P_' }],
  env: [
    { name: 'A', value: '' },
    { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'C', valueFrom: { secretKeyRef: { name: 'web', key: 'a' } } },
    { name: 'D', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
  ],
  resources: { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '0.1' } },
  volumeMounts: [{ name: 'all', mountPath: '/all', readOnly: true }],
  livenessProbe: { exec: { command: ['true'] }, initialDelaySeconds: 3 },
  readinessProbe: {
    httpGet: { path: '/', port: 'http', httpHeaders: [{ name: 'Host', value: 'a' }] },
  },
  startupProbe: { grpc: { port: 9, service: '' }, failureThreshold: 9 },
  lifecycle: { preStop: { sleep: { seconds: 0 } }, postStart: { tcpSocket: { port: 80 } } },
  securityContext: {
    runAsUser: 0,
    privileged: false,
    capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
  },
}

const RICH_POD: JsonObject = changeAll(POD, {
  'metadata.namespace': 'record-protobuf',
  'metadata.annotations': { note: 'a\nb', empty: '' },
  'metadata.labels': { app: 'web' },
  'metadata.finalizers': [],
  'spec.containers': [RICH_CONTAINER],
  'spec.initContainers': [{ name: 'init', image: 'init:v1', restartPolicy: 'Always' }],
  'spec.volumes': [
    {
      name: 'all',
      projected: { sources: [{ secret: { name: 'web', items: [{ key: 'a', path: 'b' }] } }] },
    },
    { name: 'work', emptyDir: { sizeLimit: '1Gi', medium: 'Memory' } },
    { name: 'host', hostPath: { path: '/tmp', type: '' } },
  ],
  'spec.terminationGracePeriodSeconds': 0,
  'spec.securityContext': { supplementalGroups: [5, 6], fsGroup: 7 },
  'spec.tolerations': [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 }],
  'spec.affinity': {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 1,
          podAffinityTerm: {
            topologyKey: 'zone',
            labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
          },
        },
      ],
    },
  },
  'spec.topologySpreadConstraints': [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {} },
  ],
  'spec.schedulingGates': [{ name: 'test.example/gate' }],
})

export const RECORDED_OBJECTS: readonly (readonly [path: string, object: JsonObject])[] = [
  [
    `${CORE}/configmaps`,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: NAMED,
      data: { a: '', b: '\uFEFFx' },
      binaryData: { c: '/wA=' },
      immutable: false,
    },
  ],
  [
    `${CORE}/secrets`,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: NAMED,
      stringData: { a: 'b' },
      data: { none: '' },
    },
  ],
  [
    `${CORE}/services`,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: NAMED,
      spec: {
        type: 'NodePort',
        selector: { app: 'web' },
        ports: [
          { name: 'http', port: 80, targetPort: 'http', appProtocol: 'http' },
          { name: 'dns', port: 53, protocol: 'UDP' },
        ],
        sessionAffinity: 'ClientIP',
        publishNotReadyAddresses: true,
      },
    },
  ],
  [`${CORE}/pods`, RICH_POD],
  [
    `${APPS}/deployments`,
    changeAll(DEPLOYMENT, {
      'metadata.namespace': 'record-protobuf',
      'spec.replicas': 2,
      'spec.strategy': { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      'spec.template.metadata.annotations': { a: 'b' },
    }),
  ],
  [
    'apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets',
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: NAMED,
      spec: { minAvailable: '50%', selector: { matchLabels: { app: 'web' } } },
    },
  ],
  [
    `${NETWORKING}/namespaces/NAMESPACE/ingresses`,
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: NAMED,
      spec: {
        ingressClassName: 'record-protobuf',
        tls: [{ hosts: ['a.example'], secretName: 'web' }],
        rules: [
          {
            host: 'a.example',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
  ],
  [
    `${NETWORKING}/ingressclasses`,
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'record-protobuf' },
      spec: { controller: 'test.example/none' },
    },
  ],
  [
    'apis/coordination.k8s.io/v1/namespaces/NAMESPACE/leases',
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: NAMED,
      spec: {
        holderIdentity: 'me',
        leaseDurationSeconds: 40,
        renewTime: '2026-11-21T09:30:00.000123Z',
        acquireTime: '1969-12-31T23:59:59.500000Z',
      },
    },
  ],
  [
    'apis/events.k8s.io/v1/namespaces/NAMESPACE/events',
    {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: NAMED,
      eventTime: '2026-11-21T09:30:00.500000Z',
      type: 'Normal',
      reason: 'Why',
      action: 'Do',
      reportingController: 'test.example/none',
      reportingInstance: 'me',
      regarding: { kind: 'Pod', name: 'web', namespace: 'record-protobuf' },
      series: { count: 2, lastObservedTime: '2026-11-21T09:31:00.000000Z' },
    },
  ],
]

export const RECORDED_PATHS: readonly string[] = [
  CORE,
  'api/v1/nodes/fake-1',
  `${CORE}/pods/web`,
  `${CORE}/services/web`,
  `${CORE}/endpoints/web`,
  `${CORE}/configmaps/web`,
  `${CORE}/secrets/web`,
  `${CORE}/serviceaccounts/default`,
  `${CORE}/events/web`,
  `${CORE}/pods/none`,
  `${APPS}/deployments/web`,
  `${APPS}/deployments/web/scale`,
  'apis/coordination.k8s.io/v1/namespaces/NAMESPACE/leases/web',
  'apis/events.k8s.io/v1/namespaces/NAMESPACE/events/web',
  'apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets/web',
  `${NETWORKING}/namespaces/NAMESPACE/ingresses/web`,
  `${NETWORKING}/ingressclasses/record-protobuf`,
]
