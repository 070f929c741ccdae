import {
  changeAll,
  CONFIG_MAP,
  DEPLOYMENT,
  NAMESPACE,
  POD,
  REPLICA_SET,
  SERVICE,
  type JsonObject,
} from './base-objects.ts'
import { PLAIN_DEFAULTING_CASES } from './plain-defaulting.ts'
import { POD_DEFAULTING_CASES } from './pod-defaulting.ts'

const TEMPLATE = 'spec.template.spec'
const FIRST = `${TEMPLATE}.containers.0`

/** Objects to ask the API server about: what does it add to each? */
export const DEFAULTING_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ['a minimal Deployment', DEPLOYMENT],
  ['a Deployment that recreates', changeAll(DEPLOYMENT, { 'spec.strategy': { type: 'Recreate' } })],
  [
    'a Deployment with only maxSurge',
    changeAll(DEPLOYMENT, { 'spec.strategy': { rollingUpdate: { maxSurge: 2 } } }),
  ],
  [
    'a Deployment with an empty rollingUpdate',
    changeAll(DEPLOYMENT, { 'spec.strategy': { type: 'RollingUpdate', rollingUpdate: {} } }),
  ],
  [
    'a Deployment with everything set',
    changeAll(DEPLOYMENT, {
      'spec.replicas': 0,
      'spec.revisionHistoryLimit': 0,
      'spec.progressDeadlineSeconds': 30,
      'spec.minReadySeconds': 5,
      'spec.paused': true,
    }),
  ],
  [
    'zero values that the server does not keep',
    changeAll(DEPLOYMENT, {
      'spec.minReadySeconds': 0,
      'spec.paused': false,
      'metadata.labels': {},
      'metadata.annotations': {},
      [`${TEMPLATE}.hostNetwork`]: false,
      [`${TEMPLATE}.volumes`]: [],
      [`${TEMPLATE}.terminationGracePeriodSeconds`]: 0,
      [`${FIRST}.env`]: [],
      [`${FIRST}.workingDir`]: '',
      [`${FIRST}.stdin`]: false,
    }),
  ],
  [
    'the three probes, empty',
    changeAll(DEPLOYMENT, {
      [`${FIRST}.readinessProbe`]: { httpGet: { port: 80 } },
      [`${FIRST}.livenessProbe`]: { tcpSocket: { port: 'http' } },
      [`${FIRST}.startupProbe`]: { exec: { command: ['true'] } },
      [`${FIRST}.ports`]: [{ name: 'http', containerPort: 80 }],
    }),
  ],
  [
    'a probe with zeros, and one over gRPC',
    changeAll(DEPLOYMENT, {
      [`${FIRST}.readinessProbe`]: {
        httpGet: { port: 80, path: '', scheme: 'HTTPS' },
        initialDelaySeconds: 0,
        periodSeconds: 0,
        timeoutSeconds: 0,
        successThreshold: 0,
        failureThreshold: 0,
      },
      [`${FIRST}.livenessProbe`]: { grpc: { port: 90 } },
    }),
  ],
  [
    'hooks of each handler',
    changeAll(DEPLOYMENT, {
      [`${FIRST}.lifecycle`]: {
        preStop: { httpGet: { port: 8080 } },
        postStart: { exec: { command: ['true'] } },
      },
    }),
  ],
  ['an empty lifecycle', changeAll(DEPLOYMENT, { [`${FIRST}.lifecycle`]: {} })],
  [
    'a preStop that sleeps',
    changeAll(DEPLOYMENT, { [`${FIRST}.lifecycle.preStop`]: { sleep: { seconds: 5 } } }),
  ],
  ['an image without a tag', changeAll(DEPLOYMENT, { [`${FIRST}.image`]: 'app' })],
  [
    'an image with the tag latest',
    changeAll(DEPLOYMENT, { [`${FIRST}.image`]: 'host:5000/app:latest' }),
  ],
  [
    'an image of a registry with a port',
    changeAll(DEPLOYMENT, { [`${FIRST}.image`]: 'host:5000/app' }),
  ],
  [
    'an image by digest',
    changeAll(DEPLOYMENT, { [`${FIRST}.image`]: `app@sha256:${'0123456789abcdef'.repeat(4)}` }),
  ],
  [
    'env from the pod and a ConfigMap',
    changeAll(DEPLOYMENT, {
      [`${FIRST}.env`]: [
        { name: 'A', value: '' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'C', valueFrom: { configMapKeyRef: { name: 'web', key: 'key' } } },
      ],
      [`${FIRST}.envFrom`]: [{ configMapRef: { name: 'web' } }],
    }),
  ],
  [
    'an init container and a sidecar',
    changeAll(DEPLOYMENT, {
      [`${TEMPLATE}.initContainers`]: [
        { name: 'init', image: 'init' },
        {
          name: 'side',
          image: 'side:v1',
          restartPolicy: 'Always',
          startupProbe: { tcpSocket: { port: 1 } },
        },
      ],
    }),
  ],
  [
    'resource limits without requests',
    changeAll(DEPLOYMENT, { [`${FIRST}.resources`]: { limits: { cpu: '500m', memory: '64Mi' } } }),
  ],
  [
    'volumes of each common source',
    changeAll(DEPLOYMENT, {
      [`${TEMPLATE}.volumes`]: [
        { name: 'a', emptyDir: {} },
        { name: 'b', configMap: { name: 'web' } },
        { name: 'c', secret: { secretName: 'web' } },
        { name: 'd', hostPath: { path: '/tmp' } },
        {
          name: 'f',
          downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] },
        },
        { name: 'g', projected: { sources: [{ configMap: { name: 'web' } }] } },
        { name: 'e' },
      ],
    }),
  ],
  ['a service account', changeAll(DEPLOYMENT, { [`${TEMPLATE}.serviceAccountName`]: 'robot' })],
  [
    'the host network',
    changeAll(DEPLOYMENT, {
      [`${TEMPLATE}.hostNetwork`]: true,
      [`${FIRST}.ports`]: [{ containerPort: 80 }],
    }),
  ],
  ['a minimal ReplicaSet', REPLICA_SET],
  [
    'a ReplicaSet of none',
    changeAll(REPLICA_SET, { 'spec.replicas': 0, 'spec.minReadySeconds': 3 }),
  ],
  ['a minimal Service', SERVICE],
  ['a headless Service', changeAll(SERVICE, { 'spec.clusterIP': 'None' })],
  [
    'a Service by port name',
    changeAll(SERVICE, {
      'spec.ports': [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    }),
  ],
  [
    'a Service for outside names',
    changeAll(SERVICE, { spec: { type: 'ExternalName', externalName: 'example.com' } }),
  ],
  ['a Service with sticky clients', changeAll(SERVICE, { 'spec.sessionAffinity': 'ClientIP' })],
  ['a Service on node ports', changeAll(SERVICE, { 'spec.type': 'NodePort' })],
  ['a Service of a load balancer', changeAll(SERVICE, { 'spec.type': 'LoadBalancer' })],
  [
    'a Service that publishes not-ready addresses',
    changeAll(SERVICE, { 'spec.publishNotReadyAddresses': true }),
  ],
  ['a ConfigMap', CONFIG_MAP],
  ['a Namespace', NAMESPACE],
  ...POD_DEFAULTING_CASES,
  ...PLAIN_DEFAULTING_CASES,
  ['a Pod', POD],
  [
    'a Pod that is not restarted',
    changeAll(POD, { 'spec.restartPolicy': 'Never', 'spec.nodeName': 'node-1' }),
  ],
]
