import {
  DELETE,
  GONE,
  MOUNT,
  READINESS,
  READY,
  type Scenario,
  STATE,
  app,
  until,
} from '../scenario.ts'

const SUCCEEDED = until('phase', 'Succeeded')
const FAILED = until('phase', 'Failed')

/** Pods that start, end by themselves and are restarted. */
export const STARTING: readonly Scenario[] = [
  {
    name: 'plain',
    about: 'a server starts, is ready, and ends at SIGTERM',
    spec: { containers: [app('serve', READINESS)] },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'without-probes',
    about: 'two containers without probes are ready when they run',
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [app('serve'), app('serve --port 8081', { name: 'second' })],
    },
    steps: [READY],
  },
  {
    name: 'never-exits-0',
    about: 'restartPolicy Never, exit code 0',
    spec: { restartPolicy: 'Never', containers: [app('serve --exit 2500:0')] },
    steps: [SUCCEEDED, DELETE, GONE],
  },
  {
    name: 'never-exits-7',
    about: 'restartPolicy Never, exit code 7',
    spec: { restartPolicy: 'Never', containers: [app('serve --exit 2500:7')] },
    steps: [FAILED, DELETE, GONE],
  },
  {
    name: 'never-one-of-two-exits-7',
    about: 'restartPolicy Never, one container ends with 7, later the other with 0',
    spec: {
      restartPolicy: 'Never',
      containers: [
        app('serve --exit 2500:7'),
        app('serve --port 8081 --exit 8000:0', { name: 'second' }),
      ],
    },
    steps: [FAILED],
  },
  {
    name: 'on-failure-exits-0',
    about: 'restartPolicy OnFailure, exit code 0',
    spec: { restartPolicy: 'OnFailure', containers: [app('serve --exit 2500:0')] },
    steps: [SUCCEEDED],
  },
  {
    name: 'on-failure-exits-7-then-0',
    about: 'restartPolicy OnFailure, exit code 7, and 0 after the restart',
    spec: {
      ...STATE,
      restartPolicy: 'OnFailure',
      containers: [app('once /state/runs 2500 7', MOUNT)],
    },
    steps: [SUCCEEDED],
  },
  {
    name: 'always-exits-0',
    about: 'restartPolicy Always, exit code 0, and it runs on after the restart',
    spec: {
      ...STATE,
      containers: [app('serve --exit 2500:0 --first /state/runs:1', { ...MOUNT, ...READINESS })],
    },
    steps: [until('container app', 'restarts 1'), until('ready app', 'yes')],
  },
  {
    name: 'crash-loop',
    isLong: true,
    early: { seconds: 5, why: 'a kubelet tries again 10 to 15 s after a sync that failed' },
    about: 'restartPolicy Always, three restarts: at once, and after 10 s and 20 s',
    spec: {
      ...STATE,
      containers: [app('serve --exit 2500:7 --first /state/runs:3', { ...MOUNT, ...READINESS })],
    },
    steps: [until('container app', 'restarts 3'), until('ready app', 'yes')],
  },
  {
    name: 'deleted-in-back-off',
    about: 'a pod is deleted while its container waits for its restart',
    spec: { terminationGracePeriodSeconds: 5, containers: [app('serve --exit 2500:7')] },
    steps: [until('events app', 'BackOff'), { do: 'wait', seconds: 4 }, DELETE, GONE],
    accepted: [
      {
        why: 'the kubelet shows a back-off with the sync after the one that decides it, 10 to 15 s later; ours at once',
        lines: {
          'container app': [
            'waiting ContainerCreating',
            'running',
            'terminated Error 7',
            'running restarts 1 after terminated Error 7',
            'terminated Error 7 restarts 1 after terminated Error 7',
            'waiting CrashLoopBackOff "back-off 10s restarting failed container=app pod=pod_NAMESPACE(UID)" restarts 1 after terminated Error 7',
            'terminated Error 7 restarts 1',
          ].join(' → '),
        },
      },
    ],
  },
  {
    name: 'message-from-file',
    about: 'a termination message from its file',
    spec: {
      restartPolicy: 'Never',
      containers: [app('serve --message gave-up --print a-line --exit 2500:1')],
    },
    steps: [FAILED],
  },
  {
    name: 'message-from-log',
    about: 'a termination message from the log, as the file is empty',
    spec: {
      restartPolicy: 'Never',
      containers: [
        app('serve --print last-words --exit 2500:1', {
          terminationMessagePolicy: 'FallbackToLogsOnError',
        }),
      ],
    },
    steps: [FAILED],
  },
]
