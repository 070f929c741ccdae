import {
  DELETE,
  EVERY_SECOND,
  GONE,
  QUIT_IMAGE,
  READINESS,
  READY,
  type Scenario,
  app,
  exec,
  until,
} from '../scenario.ts'

const SHARED = { shareProcessNamespace: true, terminationGracePeriodSeconds: 5 } as const
const second = (args: string) => app(args, { name: 'second' })
const BOTH_ENDED = [until('container app', 'terminated'), until('container second', 'terminated')]

/** Processes that see one another, and the signals that end them. */
export const SHARING: readonly Scenario[] = [
  {
    name: 'process-1',
    about: 'a container has a process namespace of its own, where its program is process 1',
    spec: { restartPolicy: 'Never', containers: [app('serve --message pid --exit 2500:0')] },
    steps: [until('phase', 'Succeeded')],
  },
  {
    name: 'shared-process-1',
    about: 'containers share their processes, and process 1 is none of theirs',
    spec: {
      ...SHARED,
      restartPolicy: 'Never',
      containers: [app('serve --message pid --exit 2500:0')],
    },
    steps: [until('phase', 'Succeeded')],
  },
  {
    name: 'shared-sigterm',
    about: 'one container sends SIGTERM to the other, which ends with 6',
    spec: {
      ...SHARED,
      restartPolicy: 'Never',
      containers: [app('serve --on-sigterm exit:6'), second('signal serve SIGTERM 4000')],
    },
    steps: BOTH_ENDED,
  },
  {
    name: 'shared-sigkill',
    about:
      'restartPolicy OnFailure, and one container sends SIGKILL to the other, which is restarted',
    spec: {
      ...SHARED,
      restartPolicy: 'OnFailure',
      containers: [app('serve', READINESS), second('signal serve SIGKILL 4000')],
    },
    steps: [
      until('container app', 'running restarts 1'),
      until('container second', 'terminated'),
      until('ready app', 'yes'),
      DELETE,
      GONE,
    ],
  },
  {
    name: 'unshared-signal',
    about: 'without sharing a container does not see the other',
    spec: {
      restartPolicy: 'Never',
      containers: [app('serve --exit 8000:0'), second('signal serve SIGKILL 4000')],
    },
    steps: BOTH_ENDED,
  },
  {
    name: 'shared-pause-sigkill',
    about: 'a container sends SIGKILL to process 1, which the kernel does not deliver',
    spec: {
      ...SHARED,
      restartPolicy: 'Never',
      containers: [app('serve --exit 9000:0'), second('signal 1 SIGKILL 4000')],
    },
    steps: BOTH_ENDED,
  },
  {
    name: 'shared-deleted',
    about: 'containers that share their processes are deleted; one ignores SIGTERM',
    spec: {
      ...SHARED,
      terminationGracePeriodSeconds: 3,
      containers: [
        app('serve', READINESS),
        app('serve --port 8081 --on-sigterm ignore', {
          name: 'second',
          readinessProbe: { httpGet: { path: '/', port: 8081 }, ...EVERY_SECOND },
        }),
      ],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'stop-signal-of-image',
    about: 'the image says STOPSIGNAL SIGQUIT, at which the app ends with 3',
    spec: { containers: [app('serve', { ...READINESS, image: QUIT_IMAGE })] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'stop-signal-after-pre-stop',
    about: 'the STOPSIGNAL of the image follows the preStop hook',
    spec: {
      containers: [
        app('serve', {
          ...READINESS,
          image: QUIT_IMAGE,
          lifecycle: { preStop: exec('app sleep 2') },
        }),
      ],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'stop-signal-of-container',
    about: 'lifecycle.stopSignal is left out while its gate is off, as it is in 1.34',
    spec: {
      os: { name: 'linux' },
      containers: [app('serve', { ...READINESS, lifecycle: { stopSignal: 'SIGQUIT' } })],
    },
    steps: [READY, DELETE, GONE],
  },
]
