import {
  DELETE,
  EVERY_SECOND,
  GONE,
  MOUNT,
  READINESS,
  READY,
  STATE,
  type Scenario,
  app,
  exec,
  http,
  until,
} from '../scenario.ts'

const IGNORING = app('serve --on-sigterm ignore', READINESS)
/** Of a second container. */
const OTHER_READINESS = {
  readinessProbe: { httpGet: { path: '/', port: 8081 }, ...EVERY_SECOND, failureThreshold: 30 },
}
const preStop = (hook: object, args = 'serve') =>
  app(args, { ...READINESS, lifecycle: { preStop: hook } })

/** Hooks, grace periods and deletions. */
export const STOPPING: readonly Scenario[] = [
  {
    name: 'post-start-slow',
    about: 'a postStart hook of 3 s holds up its container, its probes and the next container',
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        app('serve', { ...READINESS, lifecycle: { postStart: exec('app sleep 3') } }),
        app('serve --port 8081', { name: 'second' }),
      ],
    },
    steps: [READY],
  },
  {
    name: 'post-start-fails',
    about: 'restartPolicy Never, and the postStart hook fails: the app is ended, here with 0',
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 5,
      ...STATE,
      containers: [
        app('serve', { ...MOUNT, lifecycle: { postStart: exec('app once /state/hook 1500 4') } }),
      ],
    },
    steps: [until('phase', 'Succeeded')],
  },
  {
    name: 'pre-stop-exec',
    about: 'a preStop hook of 2 s that is a command, then SIGTERM',
    spec: { containers: [preStop(exec('app sleep 2'))] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'pre-stop-sleep',
    about: 'a preStop hook that sleeps 2 s, then SIGTERM',
    spec: { containers: [preStop({ sleep: { seconds: 2 } })] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'pre-stop-http',
    about: 'a preStop hook that asks the app',
    spec: { containers: [preStop({ httpGet: { path: '/stop', port: 8080 } })] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'pre-stop-http-500',
    about: 'a preStop hook that asks the app, which answers 500',
    spec: {
      containers: [
        preStop({ httpGet: { path: '/stop', port: 8080 } }, 'serve --answer /stop:0:500'),
      ],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'pre-stop-http-refused',
    about: 'a preStop hook that asks where nobody listens',
    spec: { containers: [preStop({ httpGet: { path: '/stop', port: 9999 } })] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'pre-stop-fails',
    about: 'a preStop hook that ends with 3; SIGTERM follows',
    spec: { containers: [preStop(exec('app exit 3'))] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'pre-stop-longer-than-grace',
    about: 'a preStop hook longer than the grace period of 3 s, then SIGTERM and 2 s more',
    spec: {
      terminationGracePeriodSeconds: 3,
      containers: [preStop(exec('app sleep 30'), 'serve --on-sigterm ignore')],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sigterm-ignored',
    about: 'SIGTERM is ignored: SIGKILL after the grace period of 3 s',
    spec: { terminationGracePeriodSeconds: 3, containers: [IGNORING] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sigterm-drained',
    about: 'the app drains for 3 s, not ready meanwhile, and ends with 0',
    spec: {
      containers: [
        app('serve --on-sigterm drain:3500', {
          readinessProbe: http('/', { failureThreshold: 1 }),
        }),
      ],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sigterm-exits-7',
    about: 'the app ends with 7 at SIGTERM',
    spec: { containers: [app('serve --on-sigterm exit:7', READINESS)] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'one-of-two-ignores',
    about: 'two containers; one ends at SIGTERM, the other with the grace period of 4 s',
    spec: {
      terminationGracePeriodSeconds: 4,
      containers: [IGNORING, app('serve --port 8081', { name: 'second', ...OTHER_READINESS })],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'grace-of-the-deletion',
    about: 'SIGTERM is ignored, and the deletion asks for 2 s instead of 30 s',
    spec: { containers: [IGNORING] },
    steps: [READY, { do: 'delete', graceSeconds: 2 }, GONE],
  },
  {
    name: 'grace-0',
    about: 'a deletion with grace 0: the object is gone at once',
    spec: { containers: [IGNORING] },
    steps: [READY, { do: 'delete', graceSeconds: 0 }, GONE, { do: 'wait', seconds: 3 }],
  },
  {
    name: 'second-delete-is-shorter',
    about: 'a second deletion with a shorter grace does not stop the process sooner',
    spec: { containers: [IGNORING] },
    steps: [
      READY,
      { do: 'delete', graceSeconds: 8 },
      { do: 'wait', seconds: 2 },
      { do: 'delete', graceSeconds: 2 },
      GONE,
    ],
  },
  {
    name: 'second-delete-is-longer',
    about: 'a second deletion with a longer grace changes nothing',
    spec: { containers: [IGNORING] },
    steps: [
      READY,
      { do: 'delete', graceSeconds: 4 },
      { do: 'wait', seconds: 1 },
      { do: 'delete', graceSeconds: 20 },
      GONE,
    ],
  },
  {
    name: 'force-after-graceful',
    about: 'a deletion with grace 0 after one with 10 s: the object is gone at once',
    spec: { containers: [IGNORING] },
    steps: [
      READY,
      { do: 'delete', graceSeconds: 10 },
      { do: 'wait', seconds: 2 },
      { do: 'delete', graceSeconds: 0 },
      GONE,
    ],
  },
  {
    name: 'active-deadline',
    about: 'activeDeadlineSeconds 4, and the app drains for 2 s',
    spec: {
      activeDeadlineSeconds: 4,
      terminationGracePeriodSeconds: 10,
      containers: [app('serve --on-sigterm drain:2000')],
    },
    steps: [until('phase', 'Failed'), DELETE, GONE],
  },
]
