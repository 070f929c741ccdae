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
import type { Container, Probe } from '../../../src/api/pod.ts'

const PROBE: Probe = { httpGet: { path: '/', port: 8081 }, ...EVERY_SECOND }

function sidecar(args: string, more: Partial<Container> = {}): Container {
  return app(`serve --port 8081 ${args}`.trim(), {
    name: 'sidecar',
    restartPolicy: 'Always',
    startupProbe: { ...PROBE, failureThreshold: 20 },
    ...more,
  })
}

const HOOK = { lifecycle: { preStop: exec('app sleep 3') } }
/** That it answers 503 meanwhile is not to decide anything. */
const DRAINING = app('serve --on-sigterm drain:2500', {
  readinessProbe: http('/', { failureThreshold: 30 }),
})

/** Sidecars, hooks and deadlines at the end of a pod. */
export const LEAVING: readonly Scenario[] = [
  {
    name: 'sidecar-pre-stop',
    about: 'the preStop hook of a sidecar runs beside that of the app; SIGTERM waits for the app',
    spec: {
      terminationGracePeriodSeconds: 20,
      initContainers: [sidecar('', HOOK)],
      containers: [app('serve --on-sigterm drain:6000', READINESS)],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sidecar-pre-stop-is-longer',
    about: 'the preStop hook of a sidecar lasts longer than its app',
    spec: {
      terminationGracePeriodSeconds: 20,
      initContainers: [sidecar('', { lifecycle: { preStop: exec('app sleep 7') } })],
      containers: [app('serve', READINESS)],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sidecar-of-a-job-pre-stop',
    about: 'the app of a pod ends by itself, and the sidecar with a preStop hook is ended',
    spec: {
      restartPolicy: 'Never',
      initContainers: [sidecar('', HOOK)],
      containers: [app('serve --exit 3500:0')],
    },
    steps: [until('phase', 'Succeeded')],
  },
  {
    name: 'sidecar-ignores',
    about: 'a sidecar ignores SIGTERM, which it gets when the app has ended',
    spec: {
      terminationGracePeriodSeconds: 6,
      initContainers: [sidecar('--on-sigterm ignore')],
      containers: [DRAINING],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sidecar-outlives-grace',
    about: 'the app ignores SIGTERM for all of the grace period, and its sidecar has 2 s more',
    spec: {
      terminationGracePeriodSeconds: 3,
      initContainers: [sidecar('--on-sigterm ignore')],
      containers: [app('serve --on-sigterm ignore', READINESS)],
    },
    steps: [READY, DELETE, GONE],
    accepted: [
      {
        why: 'the end of the app may be told before that of its sidecar, which is killed in the same moment',
        lines: {
          ContainersReady:
            'False ContainersNotReady "containers with unready status: […]" → True → False ContainersNotReady "containers with unready status: […]" → False PodFailed',
          Ready:
            'False ContainersNotReady "containers with unready status: […]" → True → False ContainersNotReady "containers with unready status: […]" → False PodFailed',
        },
      },
    ],
  },
  {
    name: 'sidecar-liveness-while-terminating',
    isLong: true,
    about: 'the liveness probe of a sidecar fails while the app drains',
    spec: {
      terminationGracePeriodSeconds: 30,
      initContainers: [
        sidecar('--answer /live:11000:500', {
          livenessProbe: { ...PROBE, httpGet: { path: '/live', port: 8081 }, failureThreshold: 1 },
        }),
      ],
      containers: [app('serve --on-sigterm drain:13000', READINESS)],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sidecar-readiness-while-terminating',
    isLong: true,
    about: 'the readiness probe of a sidecar fails while the app drains',
    spec: {
      terminationGracePeriodSeconds: 20,
      initContainers: [
        sidecar('--answer /ready:9000:500', {
          readinessProbe: {
            ...PROBE,
            httpGet: { path: '/ready', port: 8081 },
            failureThreshold: 1,
          },
        }),
      ],
      containers: [app('serve', { ...READINESS, lifecycle: { preStop: exec('app sleep 11') } })],
    },
    steps: [READY, DELETE, until('ready sidecar', 'no'), GONE],
  },
  {
    name: 'sidecar-ends-while-terminating',
    isLong: true,
    about: 'a sidecar that ends while the app drains is started again',
    spec: {
      ...STATE,
      terminationGracePeriodSeconds: 20,
      initContainers: [sidecar('--exit 9000:5 --first /state/runs:1', MOUNT)],
      containers: [app('serve --on-sigterm drain:12000', READINESS)],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'sidecar-startup-fails',
    about: 'the startup probe of a sidecar fails, and it is restarted before the app starts',
    refuses: true,
    spec: {
      ...STATE,
      terminationGracePeriodSeconds: 5,
      initContainers: [
        sidecar('--listen-after never --first /state/runs:1', {
          ...MOUNT,
          startupProbe: { ...PROBE, failureThreshold: 3, periodSeconds: 2 },
        }),
      ],
      containers: [app('serve', READINESS)],
    },
    steps: [READY],
  },
  {
    name: 'active-deadline-with-sidecar',
    about: 'activeDeadlineSeconds 5 ends an app that drains, and then its sidecar',
    spec: {
      activeDeadlineSeconds: 5,
      terminationGracePeriodSeconds: 15,
      initContainers: [sidecar('--on-sigterm drain:2000')],
      containers: [DRAINING],
    },
    steps: [until('phase', 'Failed'), until('container sidecar', 'terminated')],
    accepted: [
      {
        why: 'a probe that was under way at the deadline is answered by an app that drains',
        lines: {
          'events app':
            'Normal Pulled "Container image "localhost/life:v1" already present on machine" | Normal Created "Created container: app" | Normal Started "Started container app" | Normal Killing "Stopping container app" | Warning Unhealthy "Readiness probe failed: HTTP probe failed with statuscode: 503"',
        },
      },
    ],
  },
  {
    name: 'grace-shortened-in-hook',
    about: 'a second deletion with 4 s comes while the preStop hook of 12 s runs',
    spec: {
      containers: [
        app('serve --on-sigterm ignore', {
          ...READINESS,
          lifecycle: { preStop: exec('app sleep 12') },
        }),
      ],
    },
    steps: [
      READY,
      { do: 'delete', graceSeconds: 20 },
      { do: 'wait', seconds: 1 },
      { do: 'delete', graceSeconds: 4 },
      GONE,
    ],
  },
  {
    name: 'grace-shortened-in-sleep',
    about: 'a second deletion with 4 s comes while the preStop hook sleeps 12 s',
    spec: {
      containers: [
        app('serve --on-sigterm ignore', {
          ...READINESS,
          lifecycle: { preStop: { sleep: { seconds: 12 } } },
        }),
      ],
    },
    steps: [
      READY,
      { do: 'delete', graceSeconds: 20 },
      { do: 'wait', seconds: 1 },
      { do: 'delete', graceSeconds: 4 },
      GONE,
    ],
  },
  {
    name: 'liveness-kill-runs-pre-stop',
    about:
      'restartPolicy Never, the liveness probe fails, and the preStop hook runs before SIGTERM',
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 10,
      containers: [
        app('serve --on-sigterm exit:9 --answer /live:5500:500', {
          livenessProbe: http('/live', { failureThreshold: 1, initialDelaySeconds: 3 }),
          ...HOOK,
        }),
      ],
    },
    steps: [until('phase', 'Failed')],
  },
  {
    name: 'deleted-in-post-start',
    about: 'a pod is deleted while its postStart hook of 6 s runs',
    spec: {
      terminationGracePeriodSeconds: 20,
      containers: [app('serve', { lifecycle: { postStart: exec('app sleep 6') } })],
    },
    steps: [until('events app', 'Started'), { do: 'wait', seconds: 2 }, DELETE, GONE],
  },
]
