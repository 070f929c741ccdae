import {
  apply,
  create,
  deployment,
  deploymentOf,
  merge,
  part,
  put,
  story,
  type ApplyStory,
} from './apply-step.ts'
import { APPLY_POD_STORIES } from './apply-pod-stories.ts'
import type { JsonObject } from './base-objects.ts'

const podSpec = (spec: JsonObject): JsonObject => ({ template: { spec } })
const container = (fields: JsonObject): JsonObject =>
  part(podSpec({ containers: [{ name: 'app', ...fields }] }))

const CONDITION = {
  type: 'Available',
  status: 'True',
  reason: 'Tested',
  message: 'for a test',
  lastTransitionTime: '2020-01-01T00:00:00Z',
  lastUpdateTime: '2020-01-01T00:00:00Z',
}

/** Of Deployments. */
export const APPLY_WORKLOAD_STORIES: readonly ApplyStory[] = [
  story('a Deployment is created', create('ann', deployment())),
  story(
    'a Deployment with all that has defaults is created',
    create(
      'ann',
      deployment(
        { replicas: 3, strategy: { rollingUpdate: { maxSurge: 2 } } },
        {
          ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP', name: 'dns' }],
          env: [{ name: 'A', value: 'b' }, { name: 'B' }],
          args: ['a', 'b'],
          resources: { requests: { cpu: '1', memory: '1Gi' } },
          readinessProbe: { httpGet: { port: 80 } },
          lifecycle: { preStop: { sleep: { seconds: 3 } } },
          securityContext: { runAsUser: 1 },
        },
      ),
    ),
  ),
  story(
    'an image is applied, then applied again, then updated',
    apply('ann', deployment()),
    apply('ann', deployment({}, { image: 'app:v2' })),
    apply('ann', deployment({}, { image: 'app:v2' })),
    merge('bob', { metadata: { annotations: { note: 'x' } }, spec: { replicas: 2 } }),
    apply('ann', deployment({}, { image: 'app:v3' })),
  ),
  story(
    'replicas are left to somebody else',
    apply('ann', deployment({ replicas: 3 })),
    apply('hpa', part({ replicas: 5 })),
    apply('hpa', part({ replicas: 3 })),
    apply('ann', deployment()),
    apply('hpa', part({ replicas: 5 })),
    apply('hpa', part({})),
  ),
  story(
    'replicas that nobody applies any more fall back to their default',
    apply('ann', deployment({ replicas: 3 })),
    apply('ann', deployment()),
    apply('ann', deployment({ replicas: null })),
    apply('ann', deployment({ minReadySeconds: 0, paused: false })),
    apply('ann', deployment({ minReadySeconds: 0, paused: false })),
  ),
  story(
    'a conflict about an image',
    create('ann', deployment()),
    apply('bob', container({ image: 'app:v2' })),
    apply('bob', container({ image: 'app:v2', env: [{ name: 'A', value: '1' }] }), { force: true }),
    apply('eve', container({ image: 'app:v3', env: [{ name: 'A', value: '2' }] })),
    apply('eve', container({ env: [{ name: 'B', value: '2' }] })),
    apply('bob', container({})),
  ),
  story(
    'containers come and go',
    apply('ann', deployment()),
    apply('bob', part(podSpec({ containers: [{ name: 'side', image: 'side:v1' }] }))),
    apply(
      'ann',
      deploymentOf([
        { name: 'first', image: 'first:v1' },
        { name: 'app', image: 'app:v1' },
      ]),
    ),
    apply('bob', part(podSpec({}))),
    apply('ann', deploymentOf([{ name: 'app', image: 'app:v1' }])),
    apply('bob', part(podSpec({ containers: [{ name: 'app', image: 'app:v1' }] }))),
    apply('ann', deploymentOf([{ name: 'new', image: 'new:v1' }])),
  ),
  story(
    'the order of items',
    apply(
      'ann',
      deployment({}, { env: [{ name: 'A' }, { name: 'B' }, { name: 'C' }, { name: 'D' }] }),
    ),
    apply('bob', container({ env: [{ name: 'X' }, { name: 'C' }, { name: 'Y' }, { name: 'A' }] })),
    apply('ann', deployment({}, { env: [{ name: 'D' }, { name: 'A' }, { name: 'Z' }] })),
    apply('eve', container({ env: [{ name: 'Y' }, { name: 'Q' }, { name: 'D' }, { name: 'X' }] })),
  ),
  story(
    'ports, with and without their protocol',
    apply('ann', deployment({}, { ports: [{ containerPort: 80 }] })),
    apply('bob', container({ ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] })),
    apply('bob', container({ ports: [{ containerPort: 80, protocol: 'UDP', name: 'quic' }] })),
    apply('eve', container({ ports: [{ containerPort: 80, name: 'other' }] })),
    apply('ann', deployment({}, { ports: [{ containerPort: 80 }, { containerPort: 9 }] })),
    apply('ann', deployment({}, { ports: [{ containerPort: 443 }] })),
    apply('ann', deployment({}, { ports: [{ containerPort: 1 }, { containerPort: 1 }] })),
  ),
  story(
    'a variable that is there twice',
    create(
      'ann',
      deployment(
        {},
        { env: [{ name: 'A', value: '1' }, { name: 'A', value: '2' }, { name: 'B' }] },
      ),
    ),
    apply('bob', container({ env: [{ name: 'B', value: 'x' }] }), { force: true }),
    apply('bob', container({ env: [{ name: 'A', value: 'x' }] })),
    apply('bob', container({ env: [{ name: 'A', value: 'x' }] }), { force: true }),
    merge('eve', {
      spec: { template: { spec: { containers: [{ name: 'app', image: 'app:v1' }] } } },
    }),
  ),
  story(
    'lists that are one piece',
    apply('ann', deployment({}, { args: ['a', 'b'], command: ['c'] })),
    apply('bob', container({ args: ['a'] })),
    apply('bob', container({ args: ['a', 'b'] })),
    merge('eve', { spec: { template: { spec: { tolerations: [{ operator: 'Exists' }] } } } }),
    apply('ann', deployment({}, { args: [] })),
    apply('bob', part({})),
  ),
  story(
    'maps that are one piece',
    apply('ann', deployment(deploymentWith({ nodeSelector: { a: 'b' } }))),
    apply('bob', part(podSpec({ nodeSelector: { c: 'd' } }))),
    apply('bob', part(podSpec({ nodeSelector: { c: 'd' } })), { force: true }),
    apply('bob', part({})),
    apply('eve', part({ selector: { matchLabels: { app: 'web', x: 'y' } } })),
  ),
  story(
    'a strategy that changes its type',
    apply('ann', deployment({ strategy: { rollingUpdate: { maxSurge: 1 } } })),
    apply('ann', deployment({ strategy: { type: 'Recreate' } })),
    apply('ann', deployment({ strategy: { type: 'Recreate', rollingUpdate: null } })),
  ),
  story(
    'a template without and with metadata',
    create('ann', deployment()),
    merge('bob', { spec: { template: { metadata: { annotations: { restarted: 'now' } } } } }),
    merge('bob', { spec: { template: { metadata: { annotations: { restarted: 'later' } } } } }),
    put('eve', { spec: { template: { metadata: { annotations: null } } } }),
  ),
  story(
    "what an updater removes is nobody's",
    create('ann', deployment({}, { env: [{ name: 'A', value: '1' }] })),
    merge('bob', {
      spec: { template: { spec: { containers: [{ name: 'app', image: 'app:v1' }] } } },
    }),
    merge('bob', {
      spec: { template: { spec: { containers: [{ name: 'new', image: 'app:v1' }] } } },
    }),
  ),
  story(
    'the status has managers of its own',
    create('ann', deployment()),
    merge('controller', { status: { observedGeneration: 1, replicas: 1 } }, { on: 'status' }),
    merge('controller', { status: { conditions: [CONDITION] } }, { on: 'status' }),
    merge(
      'controller',
      { status: { conditions: [{ ...CONDITION, status: 'False' }] }, spec: { replicas: 7 } },
      { on: 'status' },
    ),
    merge('bob', { status: { replicas: 9 }, spec: { replicas: 2 } }),
    merge(
      'controller',
      { metadata: { labels: { l: 'x' }, annotations: { a: 'x' } } },
      { on: 'status' },
    ),
  ),
  story(
    'the status is applied',
    apply('ann', { ...deployment(), status: { replicas: 3 } }),
    apply('controller', { ...part({ replicas: 4 }), status: { replicas: 1 } }, { on: 'status' }),
    apply('other', { ...part({}), status: { replicas: 2 } }, { on: 'status' }),
    apply('other', { ...part({}), status: { replicas: 2 } }, { on: 'status', force: true }),
    apply('other', { ...part({}), status: { conditions: [CONDITION] } }, { on: 'status' }),
    apply('ann', { ...deployment(), status: { replicas: 5 } }),
  ),
  story(
    'scale against apply',
    apply('ann', deployment({ replicas: 3 })),
    merge('kubectl', { spec: { replicas: 5 } }, { on: 'scale' }),
    apply('ann', deployment({ replicas: 3 })),
    apply('ann', deployment()),
    merge('kubectl', { spec: { replicas: 6 } }, { on: 'scale' }),
    apply('ann', deployment({ replicas: 3 }), { force: true }),
  ),
  story(
    'scale after a plain create',
    create('ann', deployment({ replicas: 3 })),
    merge('kubectl', { spec: { replicas: 5 } }, { on: 'scale' }),
    merge('kubectl', { spec: { replicas: 7 } }, { on: 'scale' }),
    merge('hpa', { spec: { replicas: 8 } }, { on: 'scale' }),
    merge('ann', { spec: { replicas: 9 } }),
  ),
  story(
    'scale to nothing and back',
    create('ann', deployment({ replicas: 3 })),
    merge('kubectl', { spec: { replicas: 0 } }, { on: 'scale' }),
    merge('kubectl', { spec: { replicas: 2 } }, { on: 'scale' }),
    apply('ann', deployment({ replicas: 2 })),
    merge('kubectl', { spec: { replicas: 0 } }, { on: 'scale' }),
  ),
  story(
    'scale to what is there',
    create('ann', deployment({ replicas: 3 })),
    merge('kubectl', { spec: { replicas: 3 } }, { on: 'scale' }),
    merge('kubectl', { metadata: { labels: { a: 'b' } } }, { on: 'scale' }),
  ),
  story(
    'a scale is applied',
    apply('ann', deployment({ replicas: 3 })),
    apply('hpa', scale(4), { on: 'scale' }),
    apply('hpa', scale(4), { on: 'scale', force: true }),
    apply('hpa', scale(4), { on: 'scale' }),
    apply('other', scale(4), { on: 'scale' }),
    apply('ann', deployment({ replicas: 5 })),
  ),
  story(
    'a manager with a name that JSON has to escape',
    apply('a"b\\c<d>', deployment({ replicas: 1 })),
    apply('bob', part({ replicas: 2 })),
    merge('é', { metadata: { labels: { 'example.com/é': 'no' } } }),
    merge('é', { spec: { replicas: 3 } }),
    apply('bob', part({ replicas: 2 })),
  ),
  story(
    'a Deployment that does not fit the schema',
    apply('ann', deployment({ replica: 1 })),
    apply('ann', deployment({ replicas: 'three' })),
    apply('ann', deployment({ replicas: 1, paused: 'no' }, { image: 5 })),
    apply('ann', part({ template: { spec: { containers: { name: 'app' } } } })),
    apply('ann', part({ template: { spec: { containers: ['app'] } } })),
    apply('ann', part({ template: { spec: { containers: [null] } } })),
    apply('ann', part({ template: { spec: { containers: [{ image: 'a' }, { image: 'b' }] } } })),
    apply('ann', deployment({}, { ports: [{ name: 'x' }] })),
    apply('ann', deployment({}, { livenessProbe: { httpGet: { port: true, pat: '/' } } })),
    apply('ann', deployment({}, { resources: { requests: { cpu: 1, memory: true } } })),
    apply('ann', deployment({}, { args: [1] })),
    apply('ann', deployment({}, { env: [{ name: 'A' }, { name: 'A' }, { name: 'B', x: 1 }] })),
    apply('ann', { ...part({}), spec: 'x' }),
  ),
  ...APPLY_POD_STORIES,
]

function deploymentWith(spec: JsonObject): JsonObject {
  return {
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'app:v1' }], ...spec },
    },
  }
}

function scale(replicas: number): JsonObject {
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'web' },
    spec: { replicas },
  }
}
