import { DELETE, GONE, MOUNT, READINESS, READY, type Scenario, app, until } from '../scenario.ts'

/** Containers that do not start. */
export const FAILING: readonly Scenario[] = [
  {
    name: 'missing-command',
    about: 'restartPolicy Never, and there is no such command',
    spec: {
      restartPolicy: 'Never',
      containers: [app('serve', { command: ['/there/is/no/such/command'] })],
    },
    steps: [until('phase', 'Failed')],
  },
  {
    name: 'missing-config-map',
    about: 'a variable of a ConfigMap that is not there; then the pod is deleted',
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        app('serve', {
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'missing', key: 'a' } } }],
        }),
      ],
    },
    steps: [until('container app', 'CreateContainerConfigError'), DELETE, GONE],
  },
  {
    name: 'config-map-comes-late',
    about: 'a variable of a ConfigMap that is made when the container has waited for it',
    isLong: true,
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        app('serve', {
          ...READINESS,
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }],
        }),
      ],
    },
    steps: [
      until('container app', 'CreateContainerConfigError'),
      { do: 'wait', seconds: 2 },
      { do: 'create-config-map', name: 'late' },
      READY,
    ],
  },
  {
    name: 'volume-comes-late',
    about: 'a volume of a ConfigMap that is made when the pod has waited for it',
    spec: {
      terminationGracePeriodSeconds: 5,
      volumes: [{ name: 'state', configMap: { name: 'late' } }],
      containers: [app('serve', { ...READINESS, ...MOUNT })],
    },
    steps: [until('events pod', 'FailedMount'), { do: 'create-config-map', name: 'late' }, READY],
  },
  {
    name: 'missing-image-never',
    about: 'an image that is not there and may not be pulled; then the pod is deleted',
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [app('serve', { image: 'localhost/missing:v1', imagePullPolicy: 'Never' })],
    },
    steps: [until('container app', 'ErrImageNeverPull'), DELETE, GONE],
  },
  {
    name: 'missing-image',
    about: 'an image that is not there and cannot be pulled; then the pod is deleted',
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [app('serve', { image: 'localhost/missing:v1' })],
    },
    steps: [until('container app', 'ImagePullBackOff'), DELETE, GONE],
  },
  {
    name: 'deleted-while-creating',
    about: 'a pod is deleted while it waits for its volume',
    spec: {
      terminationGracePeriodSeconds: 5,
      volumes: [{ name: 'state', configMap: { name: 'missing' } }],
      containers: [app('serve', { volumeMounts: [{ name: 'state', mountPath: '/state' }] })],
    },
    steps: [until('events pod', 'FailedMount'), DELETE, GONE],
  },
  {
    name: 'run-as-non-root',
    about: 'a container that may not be root and is to be',
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [app('serve', { securityContext: { runAsNonRoot: true, runAsUser: 0 } })],
    },
    steps: [until('container app', 'CreateContainerConfigError'), DELETE, GONE],
  },
]
