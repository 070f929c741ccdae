import {
  DELETE,
  GONE,
  MOUNT,
  READINESS,
  READY,
  type Scenario,
  STATE,
  app,
  exec,
  http,
  until,
} from '../scenario.ts'

const ONCE = { failureThreshold: 1 } as const
/** By then the program listens. */
const LATER = { ...ONCE, initialDelaySeconds: 3 } as const
const FIRST_RUN = '--first /state/runs:1'
const RESTARTED = [until('container app', 'restarts 1'), until('ready app', 'yes')]

/** Readiness, liveness and startup. */
export const PROBING: readonly Scenario[] = [
  {
    name: 'readiness-flaps',
    about: 'ready, not ready for three seconds, and ready again',
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        app('serve --answer /:4000:503 --answer /:7500:200', { readinessProbe: http('/', ONCE) }),
      ],
    },
    steps: [READY, until('Ready', 'False'), READY],
  },
  {
    name: 'readiness-is-late',
    about: 'the app listens after 3 s',
    refuses: true,
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [app('serve --listen-after 3000', READINESS)],
    },
    steps: [READY],
  },
  {
    name: 'readiness-threshold',
    about: 'two successes make it ready, three failures unready',
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        app('serve --answer /:6000:503', {
          readinessProbe: http('/', { successThreshold: 2, failureThreshold: 3 }),
        }),
      ],
    },
    steps: [READY, until('Ready', 'False')],
  },
  {
    name: 'liveness-kill',
    about: 'the liveness probe fails twice: a restart',
    spec: {
      ...STATE,
      terminationGracePeriodSeconds: 5,
      containers: [
        app(`serve --answer /live:5500:500 ${FIRST_RUN}`, {
          ...MOUNT,
          ...READINESS,
          livenessProbe: http('/live', { ...LATER, failureThreshold: 2 }),
        }),
      ],
    },
    steps: [...RESTARTED],
  },
  {
    name: 'liveness-kill-of-an-ignoring-app',
    about: 'the liveness probe fails, SIGTERM is ignored, and the grace is that of the probe',
    spec: {
      ...STATE,
      terminationGracePeriodSeconds: 30,
      containers: [
        app(`serve --on-sigterm ignore --answer /live:5500:500 ${FIRST_RUN}`, {
          ...MOUNT,
          ...READINESS,
          livenessProbe: http('/live', { ...LATER, terminationGracePeriodSeconds: 3 }),
        }),
      ],
    },
    steps: [...RESTARTED, { do: 'delete', graceSeconds: 1 }, GONE],
  },
  {
    name: 'liveness-never',
    about: 'restartPolicy Never, and the liveness probe fails',
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 5,
      containers: [
        app('serve --on-sigterm exit:9 --answer /live:5500:500', {
          livenessProbe: http('/live', LATER),
        }),
      ],
    },
    steps: [until('phase', 'Failed')],
  },
  {
    name: 'liveness-exec-is-slow',
    about:
      'restartPolicy Never, and a liveness command takes longer than its timeout; the app ends with 0',
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 5,
      containers: [app('serve', { livenessProbe: { ...exec('app sleep 8'), ...LATER } })],
    },
    steps: [until('phase', 'Succeeded')],
  },
  {
    name: 'liveness-while-terminating',
    about: 'the liveness probe fails in the preStop hook, and nobody minds',
    spec: {
      terminationGracePeriodSeconds: 20,
      containers: [
        app('serve --answer /live:6000:500', {
          ...READINESS,
          livenessProbe: http('/live', LATER),
          lifecycle: { preStop: { sleep: { seconds: 7 } } },
        }),
      ],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'readiness-while-terminating',
    about: 'the readiness probe fails in the preStop hook, and the pod gets unready',
    spec: {
      terminationGracePeriodSeconds: 20,
      containers: [
        app('serve --answer /:5000:503', {
          readinessProbe: http('/', ONCE),
          lifecycle: { preStop: { sleep: { seconds: 7 } } },
        }),
      ],
    },
    steps: [READY, DELETE, until('Ready', 'False'), GONE],
  },
  {
    name: 'startup-gates',
    about: 'readiness and liveness wait for the startup probe, which passes after 3 s',
    refuses: true,
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        app('serve --listen-after 3000', {
          startupProbe: http('/', { failureThreshold: 30 }),
          readinessProbe: http('/', { periodSeconds: 10 }),
          livenessProbe: http('/', ONCE),
        }),
      ],
    },
    steps: [READY],
  },
  {
    name: 'startup-fails',
    about: 'the startup probe fails three times: a restart, and then it passes',
    refuses: true,
    spec: {
      ...STATE,
      terminationGracePeriodSeconds: 5,
      containers: [
        app(`serve --listen-after never ${FIRST_RUN}`, {
          ...MOUNT,
          startupProbe: http('/', { failureThreshold: 3, periodSeconds: 2 }),
        }),
      ],
    },
    steps: [until('container app', 'restarts 1'), until('ready app', 'yes')],
  },
]
