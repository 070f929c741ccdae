import type { Container, PodSpec, Probe } from '../../src/api/pod.ts'
import { type Behaviour, PORT } from './behaviour.ts'

/** One life of a pod, and when each thing happens in it: worked out by hand from the rule. */
export interface TimingRow {
  readonly name: string
  /** What Kubernetes says, from which the times follow. */
  readonly rule: string
  /** By container. One that has no entry in `initContainers` is an app container. */
  readonly programs: Readonly<Record<string, Behaviour>>
  readonly container?: Partial<Container>
  readonly initContainers?: readonly Container[]
  readonly spec?: Partial<PodSpec>
  readonly deletedAtMs?: number
  readonly untilMs: number
  /** Milliseconds and event; what happens at the same moment is in the order of its text. */
  readonly expected: readonly string[]
  /** Run for real too. */
  readonly isLive?: true
}

const http = (path: string, probe: Probe = {}): Probe => ({
  httpGet: { path, port: PORT },
  ...probe,
})
/** Nobody listens there. */
const refused = (probe: Probe): Probe => ({ tcpSocket: { port: 9_999 }, ...probe })
const pause = (seconds: number) => ({ sleep: { seconds } })
const command = (...words: readonly string[]) => ({ exec: { command: words } })
const init = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: name,
  ...more,
})

const STARTS = '0 app starts'
/** The end of a pod whose last process ends like this. */
const over = (atMs: number, phase: 'Succeeded' | 'Failed') => [
  `${atMs} gone`,
  `${atMs} phase ${phase}`,
  `${atMs} unready`,
]

export const STARTING: readonly TimingRow[] = [
  {
    name: 'no probes',
    rule: 'a running container without a readiness probe is ready; SIGTERM comes with the deletion',
    programs: { app: {} },
    deletedAtMs: 2_000,
    untilMs: 10_000,
    expected: [
      '0 Ready',
      STARTS,
      '2000 app SIGTERM',
      '2000 app exits 0',
      '2000 app stops for deletion',
      ...over(2_000, 'Succeeded'),
    ],
    isLive: true,
  },
  {
    name: 'readiness, listening after 0.5 s',
    rule: 'probed at the start (refused), and at the next sync of the pod, 1 s later',
    programs: { app: { startupMs: 500 } },
    container: { readinessProbe: http('/') },
    untilMs: 3_000,
    expected: [STARTS, '1000 Ready', '1000 app readiness passes'],
    isLive: true,
  },
  {
    name: 'readiness every 3 s, listening after 2 s',
    rule: 'the sync at 1 s begins the period anew: 0, 1, 4, 7 s',
    programs: { app: { startupMs: 2_000 } },
    container: { readinessProbe: http('/', { periodSeconds: 3 }) },
    untilMs: 6_000,
    expected: [STARTS, '4000 Ready', '4000 app readiness passes'],
    isLive: true,
  },
  {
    name: 'initialDelaySeconds 2, every 3 s',
    rule: 'the delay is compared when a tick comes, in whole seconds: 0 and 1 s are too early, 4 s is not',
    programs: { app: {} },
    container: { readinessProbe: http('/', { initialDelaySeconds: 2, periodSeconds: 3 }) },
    untilMs: 6_000,
    expected: [STARTS, '4000 Ready', '4000 app readiness passes'],
    isLive: true,
  },
  {
    name: 'initialDelaySeconds 5, every 10 s',
    rule: 'the first tick past the delay is 11 s, 6 s after it',
    programs: { app: {} },
    container: { readinessProbe: http('/', { initialDelaySeconds: 5 }) },
    untilMs: 15_000,
    expected: [STARTS, '11000 Ready', '11000 app readiness passes'],
  },
  {
    name: 'successThreshold 3, every 2 s',
    rule: 'three successes in a row: at 0, at the sync at 1 s, and a period later',
    programs: { app: {} },
    container: { readinessProbe: http('/', { successThreshold: 3, periodSeconds: 2 }) },
    untilMs: 6_000,
    expected: [STARTS, '3000 Ready', '3000 app readiness passes'],
  },
  {
    name: 'tcpSocket every second, listening after 1.5 s',
    rule: 'refused at 0 and 1 s, accepted at 2 s',
    programs: { app: { startupMs: 1_500 } },
    container: { readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 } },
    untilMs: 4_000,
    expected: [STARTS, '2000 Ready', '2000 app readiness passes'],
    isLive: true,
  },
  {
    name: 'an exec probe that takes 0.5 s',
    rule: 'its result counts when the command has ended',
    programs: { app: {} },
    container: { readinessProbe: { ...command('sleep', '0.5'), timeoutSeconds: 5 } },
    untilMs: 3_000,
    expected: [STARTS, '500 Ready', '500 app readiness passes'],
  },
  {
    name: 'gRPC, listening after 2.5 s, every 3 s',
    rule: 'a dial that is refused takes the whole timeout: 0 to 1 s, the sync at 1 s to 2 s; then the tick at 4 s',
    programs: { app: { startupMs: 2_500, isGrpc: true } },
    container: { readinessProbe: { grpc: { port: PORT }, periodSeconds: 3 } },
    untilMs: 6_000,
    expected: [STARTS, '4000 Ready', '4000 app readiness passes'],
  },
  {
    name: 'a startup probe that passes at 6 s',
    rule: 'every 2 s from the start of the pod on; readiness follows it at once',
    programs: {
      app: {
        answers: {
          '/start': [
            [0, 503],
            [5_000, 200],
          ],
        },
      },
    },
    container: {
      startupProbe: http('/start', { periodSeconds: 2, failureThreshold: 30 }),
      readinessProbe: http('/ready'),
    },
    untilMs: 9_000,
    expected: [STARTS, '6000 Ready', '6000 app readiness passes', '6000 app startup passes'],
    isLive: true,
  },
  {
    name: 'a startup probe that never passes',
    rule: 'period × failureThreshold, 2 s × 3, and the container is restarted',
    programs: { app: { answers: { '/start': [[0, 503]] } } },
    container: { startupProbe: http('/start', { periodSeconds: 2, failureThreshold: 3 }) },
    untilMs: 7_000,
    expected: [
      STARTS,
      '6000 app SIGTERM',
      '6000 app exits 0',
      '6000 app startup fails',
      '6000 app starts',
      '6000 app stops for startup',
    ],
  },
  {
    name: 'a postStart hook of 3 s',
    rule: 'the container counts as creating, and is not probed, until its hook has ended',
    programs: { app: {} },
    container: { lifecycle: { postStart: pause(3) }, readinessProbe: http('/') },
    untilMs: 5_000,
    expected: [
      '0 app postStart',
      STARTS,
      '3000 Ready',
      '3000 app postStart succeeded',
      '3000 app readiness passes',
    ],
    isLive: true,
  },
  {
    name: 'two init containers',
    rule: 'one after another, each to its end with 0, before the app',
    programs: {
      one: { exits: { afterMs: 1_000, code: 0 } },
      two: { exits: { afterMs: 2_000, code: 0 } },
      app: {},
    },
    initContainers: [init('one'), init('two')],
    untilMs: 5_000,
    expected: [
      '0 one starts',
      '1000 one exits 0',
      '1000 two starts',
      '3000 Ready',
      '3000 app starts',
      '3000 two exits 0',
    ],
    isLive: true,
  },
  {
    name: 'a sidecar with a startup probe',
    rule: 'what comes after a sidecar starts when its startup probe has passed (KEP-753)',
    programs: { proxy: { startupMs: 1_500, port: 9_000 }, app: {} },
    initContainers: [
      init('proxy', {
        restartPolicy: 'Always',
        startupProbe: { tcpSocket: { port: 9_000 }, periodSeconds: 1 },
      }),
    ],
    untilMs: 4_000,
    expected: ['0 proxy starts', '2000 Ready', '2000 app starts', '2000 proxy startup passes'],
  },
]

export const RUNNING: readonly TimingRow[] = [
  {
    name: 'unready after two failures, every 2 s',
    rule: 'failureThreshold failures in a row: the first at 6 s, the second at 8 s',
    programs: {
      app: {
        answers: {
          '/': [
            [0, 200],
            [5_000, 503],
          ],
        },
      },
    },
    container: { readinessProbe: http('/', { periodSeconds: 2, failureThreshold: 2 }) },
    untilMs: 11_000,
    expected: [
      '0 Ready',
      '0 app readiness passes',
      STARTS,
      '8000 app readiness fails',
      '8000 unready',
    ],
  },
  {
    name: 'unready and ready again, every second',
    rule: 'one failure, at 3 s, and one success, at 6 s, are enough',
    programs: {
      app: {
        answers: {
          '/': [
            [0, 200],
            [2_500, 503],
            [5_500, 200],
          ],
        },
      },
    },
    container: { readinessProbe: http('/', { periodSeconds: 1, failureThreshold: 1 }) },
    untilMs: 8_000,
    expected: [
      '0 Ready',
      '0 app readiness passes',
      STARTS,
      '3000 app readiness fails',
      '3000 unready',
      '6000 Ready',
      '6000 app readiness passes',
    ],
  },
  {
    name: 'liveness fails from 3 s on, SIGTERM is ignored',
    rule: 'failures at 4, 6, 8 s; SIGKILL after the grace period of 5 s; restarted at once, ready all the time',
    programs: {
      app: {
        onSigterm: 'ignore',
        answers: {
          '/live': [
            [0, 200],
            [3_000, 500],
          ],
        },
      },
    },
    container: { livenessProbe: http('/live', { periodSeconds: 2 }) },
    spec: { terminationGracePeriodSeconds: 5 },
    untilMs: 14_000,
    expected: [
      '0 Ready',
      STARTS,
      '8000 app SIGTERM',
      '8000 app liveness fails',
      '8000 app stops for liveness',
      '13000 app SIGKILL',
      '13000 app exits 137',
      '13000 app starts',
    ],
    isLive: true,
  },
  {
    name: 'an exec liveness probe that times out',
    rule: 'the timeout of 1 s after the ticks at 2 and 4 s',
    programs: { app: {} },
    container: {
      livenessProbe: { ...command('sleep', '3'), periodSeconds: 2, failureThreshold: 2 },
    },
    untilMs: 6_500,
    expected: [
      '0 Ready',
      STARTS,
      '5000 app SIGTERM',
      '5000 app exits 0',
      '5000 app liveness fails',
      '5000 app starts',
      '5000 app stops for liveness',
    ],
  },
  {
    name: "a probe's own grace period of 1 s",
    rule: 'it wins over the pod, but SIGKILL is never less than 2 s after SIGTERM',
    programs: { app: { onSigterm: 'ignore' } },
    container: {
      livenessProbe: refused({
        periodSeconds: 1,
        failureThreshold: 1,
        terminationGracePeriodSeconds: 1,
      }),
    },
    untilMs: 3_500,
    expected: [
      '0 Ready',
      STARTS,
      '1000 app SIGTERM',
      '1000 app liveness fails',
      '1000 app stops for liveness',
      '3000 app SIGKILL',
      '3000 app exits 137',
      '3000 app starts',
    ],
  },
  {
    name: 'a liveness kill with a preStop hook of 4 s',
    rule: 'the hook runs before SIGTERM, also when the pod is not deleted',
    programs: { app: {} },
    container: {
      lifecycle: { preStop: pause(4) },
      livenessProbe: refused({ periodSeconds: 3, failureThreshold: 1 }),
    },
    untilMs: 8_500,
    expected: [
      '0 Ready',
      STARTS,
      '3000 app liveness fails',
      '3000 app preStop',
      '3000 app stops for liveness',
      '7000 app SIGTERM',
      '7000 app exits 0',
      '7000 app preStop succeeded',
      '7000 app starts',
    ],
    isLive: true,
  },
  {
    name: 'ends after 1 s, again and again',
    rule: 'the first restart is immediate, the second 10 s after the end, the third 20 s',
    programs: { app: { exits: { afterMs: 1_000, code: 1 } } },
    untilMs: 14_000,
    expected: [
      '0 Ready',
      STARTS,
      '1000 app exits 1',
      '1000 app starts',
      '1000 Ready',
      '1000 unready',
      '2000 app backs off 10 s',
      '2000 app exits 1',
      '2000 unready',
      '12000 Ready',
      '12000 app starts',
      '13000 app backs off 20 s',
      '13000 app exits 1',
      '13000 unready',
    ],
  },
  {
    name: 'restartPolicy OnFailure, ends with 0',
    rule: 'not restarted: the pod has succeeded, and its object stays',
    programs: { app: { exits: { afterMs: 1_000, code: 0 } } },
    spec: { restartPolicy: 'OnFailure' },
    untilMs: 5_000,
    expected: ['0 Ready', STARTS, '1000 app exits 0', '1000 phase Succeeded', '1000 unready'],
  },
  {
    name: 'restartPolicy Never, ends with 7',
    rule: 'not restarted: the pod has failed, and its object stays',
    programs: { app: { exits: { afterMs: 1_000, code: 7 } } },
    spec: { restartPolicy: 'Never' },
    untilMs: 5_000,
    expected: ['0 Ready', STARTS, '1000 app exits 7', '1000 phase Failed', '1000 unready'],
    isLive: true,
  },
  {
    name: 'activeDeadlineSeconds 4, drains 1.5 s',
    rule: 'unready at the deadline, SIGTERM at once, the phase when the process has ended; the object stays',
    programs: { app: { onSigterm: { drainMs: 1_500 } } },
    spec: { activeDeadlineSeconds: 4 },
    untilMs: 8_000,
    expected: [
      '0 Ready',
      STARTS,
      '4000 app SIGTERM',
      '4000 app stops for deadline',
      '4000 unready',
      '5500 app exits 0',
      '5500 phase Failed',
    ],
    isLive: true,
  },
]

export const STOPPING: readonly TimingRow[] = [
  {
    name: 'drains 4 s of 30',
    rule: 'the process has the whole grace period, and the object goes when it has ended',
    programs: { app: { onSigterm: { drainMs: 4_000 } } },
    deletedAtMs: 1_000,
    untilMs: 40_000,
    expected: [
      '0 Ready',
      STARTS,
      '1000 app SIGTERM',
      '1000 app stops for deletion',
      '5000 app exits 0',
      ...over(5_000, 'Succeeded'),
    ],
  },
  {
    name: 'drains longer than its grace period',
    rule: 'SIGKILL at the deletion + 3 s; exit code 128 + 9, and so the pod has failed',
    programs: { app: { onSigterm: { drainMs: 8_000 } } },
    spec: { terminationGracePeriodSeconds: 3 },
    deletedAtMs: 1_000,
    untilMs: 20_000,
    expected: [
      '0 Ready',
      STARTS,
      '1000 app SIGTERM',
      '1000 app stops for deletion',
      '4000 app SIGKILL',
      '4000 app exits 137',
      ...over(4_000, 'Failed'),
    ],
    isLive: true,
  },
  {
    name: 'grace period 1, ignores SIGTERM',
    rule: 'never less than 2 s from SIGTERM to SIGKILL (minimumGracePeriodInSeconds)',
    programs: { app: { onSigterm: 'ignore' } },
    spec: { terminationGracePeriodSeconds: 1 },
    deletedAtMs: 1_000,
    untilMs: 10_000,
    expected: [
      '0 Ready',
      STARTS,
      '1000 app SIGTERM',
      '1000 app stops for deletion',
      '3000 app SIGKILL',
      '3000 app exits 137',
      ...over(3_000, 'Failed'),
    ],
    isLive: true,
  },
  {
    name: 'a preStop hook of 3 s',
    rule: 'SIGTERM follows the end of the hook',
    programs: { app: {} },
    container: { lifecycle: { preStop: pause(3) } },
    deletedAtMs: 1_000,
    untilMs: 10_000,
    expected: [
      '0 Ready',
      STARTS,
      '1000 app preStop',
      '1000 app stops for deletion',
      '4000 app SIGTERM',
      '4000 app exits 0',
      '4000 app preStop succeeded',
      ...over(4_000, 'Succeeded'),
    ],
    isLive: true,
  },
  {
    name: 'a preStop command of 2.5 s, ignores SIGTERM',
    rule: 'only whole seconds of the hook are subtracted: SIGKILL at 2.5 + (6 - 2) s',
    programs: { app: { onSigterm: 'ignore' } },
    container: { lifecycle: { preStop: command('sleep', '2.5') } },
    spec: { terminationGracePeriodSeconds: 6 },
    deletedAtMs: 1_000,
    untilMs: 20_000,
    expected: [
      '0 Ready',
      STARTS,
      '1000 app preStop',
      '1000 app stops for deletion',
      '3500 app SIGTERM',
      '3500 app preStop succeeded',
      '7500 app SIGKILL',
      '7500 app exits 137',
      ...over(7_500, 'Failed'),
    ],
    isLive: true,
  },
  {
    name: 'a preStop hook longer than the grace period',
    rule: 'cut off at the grace of 3 s, SIGTERM, and SIGKILL 2 s later',
    programs: { app: { onSigterm: 'ignore' } },
    container: { lifecycle: { preStop: pause(60) } },
    spec: { terminationGracePeriodSeconds: 3 },
    deletedAtMs: 1_000,
    untilMs: 90_000,
    expected: [
      '0 Ready',
      STARTS,
      '1000 app preStop',
      '1000 app stops for deletion',
      '4000 app SIGTERM',
      '4000 app preStop cut-off',
      '6000 app SIGKILL',
      '6000 app exits 137',
      ...over(6_000, 'Failed'),
    ],
  },
  {
    name: 'readiness while it terminates',
    rule: 'readiness goes on and can turn the pod unready (failures at 4 and 5 s); liveness has stopped',
    programs: {
      app: {
        answers: {
          '/': [
            [0, 200],
            [3_500, 503],
          ],
        },
      },
    },
    container: {
      lifecycle: { preStop: pause(5) },
      readinessProbe: http('/', { periodSeconds: 1, failureThreshold: 2 }),
      livenessProbe: http('/', { periodSeconds: 1, failureThreshold: 2 }),
    },
    deletedAtMs: 2_200,
    untilMs: 20_000,
    expected: [
      '0 Ready',
      '0 app readiness passes',
      STARTS,
      '2200 app preStop',
      '2200 app stops for deletion',
      '5000 app readiness fails',
      '5000 unready',
      '7200 app SIGTERM',
      '7200 app exits 0',
      '7200 app preStop succeeded',
      '7200 gone',
      '7200 phase Succeeded',
    ],
  },
  {
    name: 'a sidecar of an app that drains 2 s',
    rule: 'SIGTERM to a sidecar comes when the app containers have ended (KEP-753)',
    programs: { proxy: { port: 9_000 }, app: { onSigterm: { drainMs: 2_000 } } },
    initContainers: [init('proxy', { restartPolicy: 'Always' })],
    deletedAtMs: 2_000,
    untilMs: 20_000,
    expected: [
      '0 Ready',
      STARTS,
      '0 proxy starts',
      '2000 app SIGTERM',
      '2000 app stops for deletion',
      '2000 proxy stops for deletion',
      '4000 app exits 0',
      '4000 proxy SIGTERM',
      '4000 proxy exits 0',
      ...over(4_000, 'Succeeded'),
    ],
    isLive: true,
  },
]

export const ROWS: readonly TimingRow[] = [...STARTING, ...RUNNING, ...STOPPING]
