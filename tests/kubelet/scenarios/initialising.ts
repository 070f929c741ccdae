import {
  DELETE,
  EVERY_SECOND,
  GONE,
  MOUNT,
  READINESS,
  READY,
  type Scenario,
  STATE,
  app,
  http,
  until,
} from '../scenario.ts'

const SIDECAR_PROBE = { httpGet: { path: '/', port: 8081 }, ...EVERY_SECOND } as const
const OTHER_PROBE = { httpGet: { path: '/', port: 8082 }, ...EVERY_SECOND } as const

/** That it answers 503 meanwhile is not to decide anything. */
const DRAINING = app('serve --on-sigterm drain:1500', {
  readinessProbe: http('/', { failureThreshold: 30 }),
})

/** Init containers and sidecars. */
export const INITIALISING: readonly Scenario[] = [
  {
    name: 'two-init-containers',
    about: 'two init containers, one after the other, then the app',
    spec: {
      initContainers: [
        app('serve --exit 2500:0', { name: 'first' }),
        app('serve --exit 2500:0', { name: 'second' }),
      ],
      containers: [app('serve', READINESS)],
    },
    steps: [READY],
  },
  {
    name: 'init-fails-once',
    about: 'the second init container fails once and is restarted',
    spec: {
      ...STATE,
      initContainers: [
        app('serve --exit 2500:0', { name: 'first' }),
        app('once /state/runs 2500 3', { ...MOUNT, name: 'second' }),
      ],
      containers: [app('serve', READINESS)],
    },
    steps: [READY],
  },
  {
    name: 'init-fails-never',
    about: 'restartPolicy Never, and an init container fails',
    spec: {
      restartPolicy: 'Never',
      initContainers: [app('serve --exit 2500:3', { name: 'first' })],
      containers: [app('serve', READINESS)],
    },
    steps: [until('phase', 'Failed')],
  },
  {
    name: 'deleted-in-init',
    about: 'a pod is deleted while its init container runs',
    spec: {
      terminationGracePeriodSeconds: 5,
      initContainers: [app('serve', { name: 'first' }), app('exit 0', { name: 'second' })],
      containers: [app('serve')],
    },
    steps: [until('container first', 'running'), { do: 'wait', seconds: 2 }, DELETE, GONE],
  },
  {
    name: 'sidecar',
    about: 'a sidecar starts before the app, and ends after it',
    spec: {
      terminationGracePeriodSeconds: 15,
      initContainers: [
        app('serve --port 8081 --listen-after 2500', {
          name: 'sidecar',
          restartPolicy: 'Always',
          startupProbe: { ...SIDECAR_PROBE, failureThreshold: 20 },
        }),
      ],
      containers: [DRAINING],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'two-sidecars',
    about: 'two sidecars end in the reverse order of their start, each after a while',
    spec: {
      terminationGracePeriodSeconds: 20,
      initContainers: [
        app('serve --port 8081 --on-sigterm drain:2000', {
          name: 'first',
          restartPolicy: 'Always',
          startupProbe: { ...SIDECAR_PROBE, failureThreshold: 20 },
        }),
        app('serve --port 8082 --on-sigterm drain:2000', {
          name: 'second',
          restartPolicy: 'Always',
          startupProbe: { ...OTHER_PROBE, failureThreshold: 20 },
        }),
      ],
      containers: [DRAINING],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sidecar-of-a-job',
    about: 'the app of a pod with a sidecar ends by itself, and the sidecar is ended',
    spec: {
      restartPolicy: 'Never',
      initContainers: [
        app('serve --port 8081', {
          name: 'sidecar',
          restartPolicy: 'Always',
          startupProbe: { ...SIDECAR_PROBE, failureThreshold: 20 },
        }),
      ],
      containers: [app('serve --exit 2500:0')],
    },
    steps: [until('phase', 'Succeeded')],
  },
  {
    name: 'sidecar-is-restarted',
    about: 'restartPolicy Never, and a sidecar that fails is restarted all the same',
    spec: {
      ...STATE,
      restartPolicy: 'Never',
      initContainers: [
        app('serve --port 8081 --exit 4000:5 --first /state/runs:1', {
          ...MOUNT,
          name: 'sidecar',
          restartPolicy: 'Always',
          readinessProbe: SIDECAR_PROBE,
        }),
      ],
      containers: [app('serve', { readinessProbe: http('/') })],
    },
    steps: [until('container sidecar', 'restarts 1'), until('ready sidecar', 'yes'), READY],
  },
]
