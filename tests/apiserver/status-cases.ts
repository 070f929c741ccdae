import { fieldsOf } from '../../src/base/fields.ts'
import type { RequestCase } from './request-case.ts'

const MERGE = { 'content-type': 'application/merge-patch+json' }
const JSON_BODY = { 'content-type': 'application/json' }
const NAMESPACE = '/api/v1/namespaces/NS'

const TEMPLATE = {
  metadata: { labels: { app: 'status' } },
  spec: { containers: [{ name: 'web', image: 'web:v1' }] },
}
const WORKLOAD = { replicas: 0, selector: { matchLabels: { app: 'status' } }, template: TEMPLATE }

/** What the statuses are those of; no controller has anything to do for them, and no scheduler takes the pods. */
const OBJECTS: readonly (readonly [path: string, object: object])[] = [
  ['/apis/apps/v1/namespaces/NS/deployments', { spec: { ...WORKLOAD, paused: true } }],
  ['/apis/apps/v1/namespaces/NS/replicasets', { spec: WORKLOAD }],
  [`${NAMESPACE}/services`, { spec: { clusterIP: '10.96.200.1', ports: [{ port: 80 }] } }],
  [
    `${NAMESPACE}/services`,
    {
      metadata: { name: 'balanced' },
      spec: {
        type: 'LoadBalancer',
        allocateLoadBalancerNodePorts: false,
        clusterIP: '10.96.200.2',
        ports: [{ port: 80 }],
      },
    },
  ],
  [
    '/apis/networking.k8s.io/v1/namespaces/NS/ingresses',
    { spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } } },
  ],
  ['/apis/policy/v1/namespaces/NS/poddisruptionbudgets', { spec: { minAvailable: 1 } }],
  [
    `${NAMESPACE}/pods`,
    {
      spec: {
        schedulerName: 'none',
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        containers: [{ name: 'web', image: 'web:v1' }],
      },
    },
  ],
  [
    `${NAMESPACE}/pods`,
    {
      metadata: { name: 'on-failure' },
      spec: {
        schedulerName: 'none',
        restartPolicy: 'OnFailure',
        automountServiceAccountToken: false,
        containers: [{ name: 'web', image: 'web:v1' }],
      },
    },
  ],
]

const ENDED = { terminated: { exitCode: 0 } }
const FAILED = { terminated: { exitCode: 1 } }
const RUNNING = { running: {} }
const CONDITION = {
  type: 'Fine',
  status: 'True',
  reason: 'AllIsWell',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}

function containers(...states: readonly object[]): object {
  const all = states.map((state, index) => ({
    name: index === 0 ? 'web' : `other-${index}`,
    ready: false,
    restartCount: 0,
    image: 'web:v1',
    imageID: '',
    state,
  }))
  return { containerStatuses: all }
}

type Patch = readonly [what: string, resource: string, status: unknown]

const WORKLOADS: readonly Patch[] = [
  [
    'negative counts of a Deployment',
    'deployments/status',
    {
      observedGeneration: -1,
      replicas: -2,
      updatedReplicas: -3,
      readyReplicas: -4,
      availableReplicas: -5,
      unavailableReplicas: -6,
      collisionCount: -7,
    },
  ],
  [
    'more updated pods than there are',
    'deployments/status',
    { replicas: 1, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 3 },
  ],
  [
    'more available pods than ready ones',
    'deployments/status',
    { replicas: 3, readyReplicas: 1, availableReplicas: 2 },
  ],
  ['collisions', 'deployments/status', { collisionCount: 3 }],
  ['fewer collisions', 'deployments/status', { collisionCount: 2 }],
  ['no collisions any more', 'deployments/status', { collisionCount: null }],
  ['a count that is a text', 'deployments/status', { replicas: 'x' }],
  [
    'negative counts of a ReplicaSet',
    'replicasets/status',
    {
      observedGeneration: -1,
      replicas: -2,
      fullyLabeledReplicas: -3,
      readyReplicas: -4,
      availableReplicas: -5,
    },
  ],
  [
    'more labelled pods than there are',
    'replicasets/status',
    { replicas: 1, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 3 },
  ],
  [
    'more available pods of a ReplicaSet than ready ones',
    'replicasets/status',
    { replicas: 3, readyReplicas: 1, availableReplicas: 2 },
  ],
  [
    'negative counts of a budget',
    'poddisruptionbudgets/status',
    { disruptionsAllowed: -1, currentHealthy: -2, desiredHealthy: -3, expectedPods: -4 },
  ],
  ['conditions of a budget', 'poddisruptionbudgets/status', { conditions: [CONDITION] }],
  [
    'bad conditions of a budget',
    'poddisruptionbudgets/status',
    {
      conditions: [
        CONDITION,
        CONDITION,
        { ...CONDITION, type: '-', status: 'Maybe', reason: '-', observedGeneration: -1 },
        { ...CONDITION, type: 'Long', reason: '', message: 'x'.repeat(32_769) },
      ],
    },
  ],
  [
    'a long reason of a budget',
    'poddisruptionbudgets/status',
    { conditions: [{ ...CONDITION, reason: 'x'.repeat(1_025) }] },
  ],
]

const BALANCERS: readonly Patch[] = [
  [
    'an address of a Service that is not balanced',
    'services/status',
    { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
  ],
  [
    'an address without its mode',
    'services/balanced',
    { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
  ],
  [
    'an address',
    'services/balanced',
    { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }, { hostname: 'a.example' }] } },
  ],
  [
    'bad addresses',
    'services/balanced',
    {
      loadBalancer: {
        ingress: [
          { ip: '192.0.2.300', ipMode: 'X' },
          { ipMode: 'VIP' },
          { hostname: 'A_b' },
          { hostname: '192.0.2.1' },
        ],
      },
    },
  ],
  [
    'bad addresses of an Ingress',
    'ingresses/status',
    {
      loadBalancer: {
        ingress: [{ ip: '192.0.2.300' }, { hostname: 'A_b' }, { hostname: '192.0.2.1' }],
      },
    },
  ],
  [
    'an address of an Ingress',
    'ingresses/status',
    { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
  ],
]

const PODS: readonly Patch[] = [
  [
    'a condition of a bad type',
    'pods/status',
    {
      conditions: [
        { type: 'not good', status: 'True' },
        { type: 'Ready', status: 'True', observedGeneration: -1 },
      ],
    },
  ],
  ['a condition of no type', 'pods/status', { conditions: [{ type: '', status: 'True' }] }],
  ['a bad name of a nominated node', 'pods/status', { nominatedNodeName: 'A_b' }],
  ['a nominated node', 'pods/status', { nominatedNodeName: 'a' }],
  ['a negative generation', 'pods/status', { observedGeneration: -1 }],
  ['another class of service', 'pods/status', { qosClass: 'Guaranteed' }],
  ['a class of service that there is not', 'pods/status', { qosClass: 'Best' }],
  ['containers that have ended', 'pods/status', containers(ENDED, FAILED)],
  ['containers that begin again', 'pods/status', containers(RUNNING, RUNNING)],
  ['containers that have ended and may begin again', 'pods/on-failure', containers(ENDED, FAILED)],
  ['containers of which one may begin again', 'pods/on-failure', containers(RUNNING, RUNNING)],
  ['a container whose status is gone', 'pods/status', { containerStatuses: [] }],
  ['addresses that are none', 'pods/status', { podIPs: [{ ip: 'x' }], podIP: 'x' }],
  [
    'two addresses of a family',
    'pods/status',
    { podIP: '192.0.2.1', podIPs: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }] },
  ],
  [
    'three addresses',
    'pods/status',
    {
      podIP: '192.0.2.1',
      podIPs: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }, { ip: '192.0.2.2' }],
    },
  ],
  [
    'an address of each family',
    'pods/status',
    { podIP: '192.0.2.1', podIPs: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }] },
  ],
  [
    'another address of the host',
    'pods/status',
    { hostIP: '192.0.2.1', hostIPs: [{ ip: '192.0.2.2' }] },
  ],
  ['addresses of the host that are none', 'pods/status', { hostIP: 'x', hostIPs: [{ ip: 'x' }] }],
  [
    'claims that there are not',
    'pods/status',
    { resourceClaimStatuses: [{ name: 'x' }, { name: 'x', resourceClaimName: 'A_b' }] },
  ],
  [
    'users that there are not',
    'pods/status',
    {
      containerStatuses: [
        {
          name: 'web',
          ready: false,
          restartCount: 0,
          image: '',
          imageID: '',
          state: ENDED,
          user: { linux: { uid: -1, gid: -1, supplementalGroups: [-1] } },
        },
      ],
    },
  ],
]

/** Whatever a case has written stays there for those behind it. */
const ALL_FIELDS: readonly string[] = [
  ...new Set([...BALANCERS, ...PODS].flatMap(([, , status]) => Object.keys(fieldsOf(status)))),
  'phase',
  'qosClass',
]

/** Updates of statuses, and what the server refuses in them. */
export const STATUS_CASES: readonly RequestCase[] = [
  ...OBJECTS.map(([path, object]): RequestCase => {
    const metadata = { name: 'status' }
    return {
      name: `something that has a status: ${path.split('/').at(-1)}`,
      method: 'POST',
      path,
      headers: JSON_BODY,
      body: JSON.stringify({ metadata, ...object }),
    }
  }),
  ...[...WORKLOADS, ...BALANCERS, ...PODS].map(([name, resource, status]): RequestCase => {
    const [plural = '', object = ''] = resource.split('/')
    const collection = OBJECTS.find(([path]) => path.endsWith(`/${plural}`))?.[0] ?? ''
    return {
      name,
      method: 'PATCH',
      path: `${collection}/${object}/status`,
      headers: MERGE,
      body: JSON.stringify({ status }),
      statusFields: fieldsCompared(plural, status),
    }
  }),
]

/** Controllers write other fields of these, at a time of their own; of a Pod, a Service or an Ingress there are none. */
function fieldsCompared(plural: string, status: unknown): readonly string[] {
  const isOurs = ['pods', 'services', 'ingresses'].includes(plural)
  return isOurs ? ALL_FIELDS : Object.keys(fieldsOf(status))
}
