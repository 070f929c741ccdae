import { change, changeAll, DEPLOYMENT, type JsonObject } from './base-objects.ts'

const FIRST = 'spec.template.spec.containers.0'
const HTTP = { httpGet: { port: 80 } }

/** Values of one field of the first container. */
const FIELDS: readonly (readonly [name: string, field: string, value: unknown])[] = [
  ['a container without a name', 'name', undefined],
  ['a container name with capitals', 'name', 'App'],
  ['a container name that is too long', 'name', 'a'.repeat(64)],
  ['no image', 'image', undefined],
  ['an image with blanks around', 'image', ' app '],
  ['a pull policy that is not known', 'imagePullPolicy', 'Often'],
  ['a container port of 0', 'ports', [{ containerPort: 0 }]],
  ['a container port without a number', 'ports', [{ name: 'http' }]],
  ['a container port of 70000', 'ports', [{ containerPort: 70_000 }]],
  ['a container port name with capitals', 'ports', [{ name: 'HTTP', containerPort: 80 }]],
  [
    'a container port name that is too long',
    'ports',
    [{ name: 'a-very-long-name', containerPort: 80 }],
  ],
  ['a container port name of digits', 'ports', [{ name: '8080', containerPort: 80 }]],
  ['a container port name with two dashes', 'ports', [{ name: 'a--b', containerPort: 80 }]],
  ['a container port name that ends with a dash', 'ports', [{ name: 'a-', containerPort: 80 }]],
  [
    'two ports of one name',
    'ports',
    [
      { name: 'a', containerPort: 80 },
      { name: 'a', containerPort: 81 },
    ],
  ],
  ['one port twice', 'ports', [{ containerPort: 80 }, { containerPort: 80 }]],
  ['a port protocol that is not known', 'ports', [{ containerPort: 80, protocol: 'HTTP' }]],
  ['a variable without a name', 'env', [{ value: 'x' }]],
  ['a variable name with an equals sign', 'env', [{ name: 'A=B', value: 'x' }]],
  ['a variable name that starts with a digit', 'env', [{ name: '1A', value: 'x' }]],
  ['a variable from nothing', 'env', [{ name: 'A', valueFrom: {} }]],
  [
    'a variable with a value and a source',
    'env',
    [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  ],
  [
    'a variable from two sources',
    'env',
    [
      {
        name: 'A',
        valueFrom: {
          fieldRef: { fieldPath: 'metadata.name' },
          configMapKeyRef: { name: 'a', key: 'b' },
        },
      },
    ],
  ],
  [
    'a variable from a field that is not known',
    'env',
    [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.color' } } }],
  ],
  [
    'a variable from a label',
    'env',
    [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }],
  ],
  [
    'a variable from an empty path',
    'env',
    [{ name: 'A', valueFrom: { fieldRef: { fieldPath: '' } } }],
  ],
  [
    'a variable from a ConfigMap without a key',
    'env',
    [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'a' } } }],
  ],
  [
    'a variable from a ConfigMap without a name',
    'env',
    [{ name: 'A', valueFrom: { configMapKeyRef: { key: 'a' } } }],
  ],
  ['variables from a ConfigMap without a name', 'envFrom', [{ configMapRef: {} }]],
  ['variables from nothing', 'envFrom', [{}]],
  [
    'variables from two sources',
    'envFrom',
    [{ configMapRef: { name: 'a' }, secretRef: { name: 'a' } }],
  ],
  ['a probe without a handler', 'readinessProbe', { periodSeconds: 1 }],
  ['a probe with two handlers', 'readinessProbe', { ...HTTP, tcpSocket: { port: 80 } }],
  [
    'a probe with three handlers',
    'livenessProbe',
    { exec: { command: ['a'] }, ...HTTP, tcpSocket: { port: 80 } },
  ],
  [
    'a probe of negative numbers',
    'readinessProbe',
    {
      ...HTTP,
      initialDelaySeconds: -1,
      timeoutSeconds: -1,
      periodSeconds: -1,
      successThreshold: -1,
      failureThreshold: -1,
    },
  ],
  ['a liveness probe of two successes', 'livenessProbe', { ...HTTP, successThreshold: 2 }],
  ['a startup probe of two successes', 'startupProbe', { ...HTTP, successThreshold: 2 }],
  ['a readiness probe of two successes', 'readinessProbe', { ...HTTP, successThreshold: 2 }],
  [
    'a readiness probe with a grace period',
    'readinessProbe',
    { ...HTTP, terminationGracePeriodSeconds: 5 },
  ],
  [
    'a liveness probe with a grace period of 0',
    'livenessProbe',
    { ...HTTP, terminationGracePeriodSeconds: 0 },
  ],
  ['a probe on port 0', 'readinessProbe', { httpGet: { port: 0 } }],
  ['a probe without a port', 'readinessProbe', { httpGet: { path: '/' } }],
  ['a probe on a named port that is not there', 'readinessProbe', { httpGet: { port: 'http' } }],
  ['a probe on a port name with capitals', 'readinessProbe', { tcpSocket: { port: 'HTTP_' } }],
  [
    'a probe with a scheme that is not known',
    'readinessProbe',
    { httpGet: { port: 80, scheme: 'FTP' } },
  ],
  [
    'a probe with a bad header',
    'readinessProbe',
    { httpGet: { port: 80, httpHeaders: [{ name: 'a b', value: 'x' }] } },
  ],
  ['a probe without a command', 'readinessProbe', { exec: {} }],
  ['a gRPC probe on port 0', 'readinessProbe', { grpc: { port: 0 } }],
  ['a hook without a handler', 'lifecycle', { preStop: {} }],
  ['a hook with two handlers', 'lifecycle', { preStop: { exec: { command: ['a'] }, ...HTTP } }],
  [
    'a hook with sleep and exec',
    'lifecycle',
    { preStop: { exec: { command: ['a'] }, sleep: { seconds: 1 } } },
  ],
  ['a hook by TCP', 'lifecycle', { preStop: { tcpSocket: { port: 80 } } }],
  ['a hook by TCP without a port', 'lifecycle', { preStop: { tcpSocket: {} } }],
  ['a hook without a command', 'lifecycle', { postStart: { exec: { command: [] } } }],
  ['a hook on no port', 'lifecycle', { postStart: { httpGet: { path: '/' } } }],
  ['a negative sleep', 'lifecycle', { preStop: { sleep: { seconds: -1 } } }],
  ['a sleep of zero', 'lifecycle', { preStop: { sleep: { seconds: 0 } } }],
  ['a sleep without seconds', 'lifecycle', { preStop: { sleep: {} } }],
  ['a sleep of the whole grace period', 'lifecycle', { preStop: { sleep: { seconds: 30 } } }],
  ['a sleep longer than the grace period', 'lifecycle', { preStop: { sleep: { seconds: 31 } } }],
  ['a sleep after the start', 'lifecycle', { postStart: { sleep: { seconds: 31 } } }],
  ['a stop signal without an OS', 'lifecycle', { stopSignal: 'SIGTERM' }],
  ['a restart policy of a container', 'restartPolicy', 'Always'],
  ['a quantity of a bad form', 'resources', { limits: { cpu: 'much' } }],
  ['a request above its limit', 'resources', { limits: { cpu: '1' }, requests: { cpu: '2' } }],
  ['a mount without a volume', 'volumeMounts', [{ name: 'a', mountPath: '/a' }]],
  ['a termination message policy that is not known', 'terminationMessagePolicy', 'Some'],
]

/** Faults of containers, their ports, variables, probes and hooks. */
export const CONTAINER_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...FIELDS.map(
    ([name, field, value]) => [name, change(DEPLOYMENT, `${FIRST}.${field}`, value)] as const,
  ),
  [
    'a sleep longer than a short grace period',
    changeAll(DEPLOYMENT, {
      'spec.template.spec.terminationGracePeriodSeconds': 5,
      [`${FIRST}.lifecycle`]: { preStop: { sleep: { seconds: 10 } } },
    }),
  ],
]
