import type { Probe } from '../../../src/api/pod.ts'
import { liveCredentials } from '../../../src/world/live/credentials.ts'
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
  exec,
  until,
} from '../scenario.ts'

/** Nobody verifies it: neither probes nor hooks. */
const { certificate, key } = await liveCredentials().newServer({
  dnsNames: ['localhost'],
  addresses: ['127.0.0.1'],
  nowMs: Date.now(),
})
const TLS = { env: [{ name: 'TLS_PEM', value: `${key}\n${certificate}` }] }

const tcp = (more: Probe = {}): Probe => ({ tcpSocket: { port: 8080 }, ...EVERY_SECOND, ...more })
const grpc = (service: string | undefined, more: Probe = {}): Probe => ({
  grpc: { port: 8080, ...(service === undefined ? {} : { service }) },
  periodSeconds: 1,
  ...more,
})
const https = (more: Probe = {}): Probe => ({
  httpGet: { path: '/', port: 8080, scheme: 'HTTPS' },
  periodSeconds: 1,
  ...more,
})

const ONCE = { failureThreshold: 1 } as const
/** By then the program listens. */
const LATER = { ...ONCE, initialDelaySeconds: 3 } as const
const FIRST_RUN = '--first /state/runs:1'
const RESTARTED = [until('container app', 'restarts 1'), until('ready app', 'yes')]
const UNHEALTHY = [until('events app', 'Unhealthy'), DELETE, GONE]
const SHORT = { terminationGracePeriodSeconds: 5 }
const SERVING = '--speak grpc --health :0:SERVING'

/** Probes and hooks in other protocols than HTTP, and commands that take too long. */
export const SPEAKING: readonly Scenario[] = [
  {
    name: 'tcp-readiness-is-late',
    about: 'ready when the port is open, after 3 s',
    refuses: true,
    spec: {
      ...SHORT,
      containers: [app('serve --speak tcp --listen-after 3000', { readinessProbe: tcp() })],
    },
    steps: [READY],
  },
  {
    name: 'tcp-readiness-ends',
    about: 'no longer ready when the port is closed',
    refuses: true,
    spec: {
      ...SHORT,
      containers: [
        app('serve --speak tcp --close-after 6000', { readinessProbe: tcp({ ...LATER }) }),
      ],
    },
    steps: [READY, until('Ready', 'False')],
  },
  {
    name: 'tcp-liveness-kill',
    about: 'a liveness probe finds the port closed: a restart',
    refuses: true,
    spec: {
      ...STATE,
      ...SHORT,
      containers: [
        app(`serve --speak tcp --close-after 5500 ${FIRST_RUN}`, {
          ...MOUNT,
          livenessProbe: tcp(LATER),
        }),
      ],
    },
    steps: RESTARTED,
  },
  {
    name: 'tcp-startup-gates',
    about: 'a liveness probe waits for the port to be open, after 3 s',
    refuses: true,
    spec: {
      ...SHORT,
      containers: [
        app('serve --speak tcp --listen-after 3000', {
          startupProbe: tcp({ failureThreshold: 30 }),
          livenessProbe: tcp(ONCE),
        }),
      ],
    },
    steps: [READY],
  },
  {
    name: 'grpc-readiness',
    about: 'a gRPC service does not serve, and serves after 5 s',
    spec: {
      ...SHORT,
      containers: [
        app('serve --speak grpc --health web:0:NOT_SERVING --health web:5000:SERVING', {
          readinessProbe: grpc('web', { initialDelaySeconds: 2 }),
        }),
      ],
    },
    steps: [READY],
  },
  {
    name: 'grpc-without-service',
    about: 'a gRPC probe that names no service asks for the empty one',
    spec: {
      ...SHORT,
      containers: [
        app(`serve ${SERVING} --health web:0:NOT_SERVING`, {
          readinessProbe: grpc(undefined, { initialDelaySeconds: 2 }),
        }),
      ],
    },
    steps: [READY],
  },
  {
    name: 'grpc-unknown-service',
    about: 'a gRPC service that the server does not know',
    spec: {
      ...SHORT,
      containers: [app(`serve ${SERVING}`, { readinessProbe: grpc('web', LATER) })],
    },
    steps: UNHEALTHY,
  },
  {
    name: 'grpc-unimplemented',
    about: 'a gRPC server without health checks',
    spec: {
      ...SHORT,
      containers: [
        app('serve --speak grpc --health :0:unimplemented', { readinessProbe: grpc('', LATER) }),
      ],
    },
    steps: UNHEALTHY,
  },
  {
    name: 'grpc-refused',
    about: 'a gRPC probe where nobody listens',
    refuses: true,
    spec: {
      ...SHORT,
      containers: [app('serve --listen-after never', { readinessProbe: grpc('', LATER) })],
    },
    steps: UNHEALTHY,
  },
  {
    name: 'grpc-asks-http',
    about: 'a gRPC probe of a server that speaks HTTP/1.1 alone',
    refuses: true,
    spec: {
      ...SHORT,
      containers: [app('serve', { readinessProbe: grpc('', { ...LATER, timeoutSeconds: 2 }) })],
    },
    steps: UNHEALTHY,
  },
  {
    name: 'grpc-liveness-kill',
    about: 'a gRPC liveness probe is told NOT_SERVING: a restart',
    spec: {
      ...STATE,
      ...SHORT,
      containers: [
        app(
          `serve --speak grpc --health :0:SERVING --health :5500:NOT_SERVING --first /state/runs:1`,
          { ...MOUNT, livenessProbe: grpc('', LATER) },
        ),
      ],
    },
    steps: RESTARTED,
  },
  {
    name: 'grpc-startup-fails',
    about: 'restartPolicy Never, and a gRPC startup probe fails twice',
    spec: {
      ...SHORT,
      restartPolicy: 'Never',
      containers: [
        app('serve --speak grpc --health :0:UNKNOWN', {
          startupProbe: grpc('', { ...LATER, failureThreshold: 2 }),
        }),
      ],
    },
    steps: [until('phase', 'Succeeded')],
  },
  {
    name: 'https-readiness',
    about: 'a probe over TLS, whose certificate nobody verifies',
    spec: {
      ...SHORT,
      containers: [app('serve --speak https', { ...TLS, readinessProbe: https() })],
    },
    steps: [READY],
  },
  {
    name: 'https-probe-of-http',
    about: 'a probe over TLS of a server that speaks HTTP',
    refuses: true,
    spec: { ...SHORT, containers: [app('serve', { readinessProbe: https(LATER) })] },
    steps: UNHEALTHY,
  },
  {
    name: 'pre-stop-https',
    about: 'a preStop hook over TLS, to a port by its name',
    spec: {
      containers: [
        app('serve --speak https', {
          ...TLS,
          readinessProbe: https(),
          ports: [{ name: 'web', containerPort: 8080 }],
          lifecycle: { preStop: { httpGet: { path: '/stop', port: 'web', scheme: 'HTTPS' } } },
        }),
      ],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'pre-stop-https-to-http',
    about: 'a preStop hook over TLS to a server that speaks HTTP is asked again over HTTP',
    spec: {
      containers: [
        app('serve', {
          ...READINESS,
          lifecycle: { preStop: { httpGet: { path: '/stop', port: 8080, scheme: 'HTTPS' } } },
        }),
      ],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'pre-stop-https-refused',
    about: 'a preStop hook over TLS where nobody listens',
    spec: {
      containers: [
        app('serve', {
          ...READINESS,
          lifecycle: { preStop: { httpGet: { path: '/stop', port: 9999, scheme: 'HTTPS' } } },
        }),
      ],
    },
    steps: [READY, DELETE, GONE],
  },
  {
    name: 'post-start-http-refused',
    about: 'restartPolicy Never, and the postStart hook asks where nobody listens',
    spec: {
      ...SHORT,
      restartPolicy: 'Never',
      containers: [
        app('serve --on-sigterm exit:4', {
          lifecycle: { postStart: { httpGet: { path: '/', port: 9999 } } },
        }),
      ],
    },
    steps: [until('phase', 'Failed')],
  },
  {
    name: 'exec-readiness-is-slow',
    about: 'a readiness command takes longer than its timeout',
    spec: {
      ...SHORT,
      containers: [app('serve', { readinessProbe: { ...exec('app sleep 8'), ...LATER } })],
    },
    steps: UNHEALTHY,
  },
  {
    name: 'exec-liveness-forks',
    about: 'restartPolicy Never, and a liveness command hangs, as do the daemons it started',
    spec: {
      ...SHORT,
      restartPolicy: 'Never',
      containers: [app('serve', { livenessProbe: { ...exec('app fork'), ...LATER } })],
    },
    steps: [until('phase', 'Succeeded')],
  },
  {
    name: 'exec-missing-command',
    refuses: true,
    about: 'restartPolicy Never, and there is no such liveness command',
    spec: {
      ...SHORT,
      restartPolicy: 'Never',
      containers: [
        app('serve --exit 6000:0', { livenessProbe: { ...exec('/no/such/command'), ...LATER } }),
      ],
    },
    steps: [until('container app', 'terminated')],
  },
]
