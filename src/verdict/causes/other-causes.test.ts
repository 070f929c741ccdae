import { expect, test } from 'vitest'
import { recordingOf } from '../../../tests/recording-builder.ts'
import {
  GOOD_ROLLOUT,
  type PodScript,
  type RequestScript,
  type Script,
  oldPod,
} from '../../../tests/recording-script.ts'
import { judge } from '../judge.ts'

const judged = (script: Script) => judge(recordingOf(script)).causes
const idsOf = (script: Script) => judged(script).map(({ id }) => id)

const EARLY_POD: PodScript = {
  name: 'web-new-c',
  ip: '10.0.0.3',
  startsAt: 4.2,
  listensAt: 6,
  readyAt: 4.21,
}
const EARLY_REQUEST: RequestScript = {
  at: 5.6,
  to: 'web-new-c',
  outcome: 'reset-fresh',
  result: 'refused',
}

function withNewPod(
  pod: PodScript,
  requests: readonly RequestScript[],
  over: Partial<Script> = {},
): Script {
  const pods = GOOD_ROLLOUT.pods.map((known) => (known.name === pod.name ? pod : known))
  return { ...GOOD_ROLLOUT, container: {}, ...over, pods, requests }
}

test('a refusal by a new pod that does not listen yet, without a readiness probe, is readiness-missing', () => {
  expect(judged(withNewPod(EARLY_POD, [EARLY_REQUEST]))).toMatchObject([
    {
      id: 'readiness-missing',
      objects: [{ kind: 'Pod', name: 'web-new-c', requests: 1 }],
      explanation:
        'The pod counted as ready as soon as its container ran, and new connections went to it; ' +
        'the app listened only 1.80 s after its start.',
      location: { line: 14, column: 9 },
      because: 'container "web" has no readinessProbe',
      fix: 'readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 2, failureThreshold: 3 }',
    },
  ])
})

test('the same refusal is not readiness-missing with a readiness probe', () => {
  const container = { readinessProbe: { httpGet: { path: '/', port: 8080 } } }
  expect(idsOf(withNewPod(EARLY_POD, [EARLY_REQUEST], { container }))).toEqual(['unexplained'])
})

test('the same refusal is not readiness-missing once the app has listened', () => {
  const pod = { ...EARLY_POD, listensAt: 5 }
  expect(idsOf(withNewPod(pod, [EARLY_REQUEST]))).toEqual(['unexplained'])
})

test('the same refusal is not readiness-missing when the container has ended', () => {
  const pod = { ...EARLY_POD, exitsAt: 5.4, exitCode: 1 }
  expect(idsOf(withNewPod(pod, [EARLY_REQUEST]))).toEqual(['unexplained'])
})

/** Both old pods end at once, the new ones are ready 2 s later. */
const RECREATE: Script = {
  ...GOOD_ROLLOUT,
  container: { readinessProbe: { httpGet: { path: '/', port: 8080 } } },
  strategy: 'Recreate',
  pods: [
    ...['a', 'b'].map((letter, index) =>
      oldPod({
        name: `web-old-${letter}`,
        ip: `10.0.0.${index + 1}`,
        deletedAt: 5,
        stopSignalAt: 5,
        closesAt: 5.01,
        exitsAt: 5.02,
      }),
    ),
    ...['c', 'd'].map((letter, index) => ({
      name: `web-new-${letter}`,
      ip: `10.0.0.${index + 3}`,
      startsAt: 5.1,
      listensAt: 6.5,
      readyAt: 7,
    })),
  ],
  programmed: [
    [0.8, ['web-old-a', 'web-old-b']],
    [5.5, []],
    [7.5, ['web-new-c', 'web-new-d']],
  ],
  requests: [
    { at: 5.2, outcome: 'reset-fresh', to: 'web-old-a', result: 'refused' },
    { at: 6, outcome: 'connect-refused', errno: 'ECONNREFUSED', sent: false },
    { at: 7.2, outcome: 'connect-refused', errno: 'ECONNREFUSED', sent: false },
  ],
}

test('connections that fail while Recreate has left no pod ready are recreate-strategy, to the end of the lag', () => {
  expect(judged(RECREATE)).toMatchObject([
    {
      id: 'recreate-strategy',
      requests: 3,
      objects: [{ kind: 'Deployment', name: 'web', requests: 3 }],
      explanation:
        'Recreate ended every old pod before it created a new one: for 2.00 s there was no pod that new connections could go to.',
      location: { file: 'web/deployment.yaml', line: 7, column: 5 },
      because: 'deployment "web" has strategy.type Recreate',
      fix: 'strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }',
    },
  ])
})

test('the same blackout under RollingUpdate is not recreate-strategy', () => {
  expect(idsOf({ ...RECREATE, strategy: 'RollingUpdate' })).toEqual([
    'unexplained',
    'endpoint-propagation-race',
  ])
})

test('a request in flight under Recreate is the app’s doing, not the strategy’s', () => {
  const requests: RequestScript[] = [
    { at: 4.5, outcome: 'reset-fresh', to: 'web-old-a', tookMs: 522 },
  ]
  expect(idsOf({ ...RECREATE, requests })).toEqual(['exit-on-sigterm-inflight'])
})

const ERRS_AT = [1.5, 2.5, 3.5, 6.5, 9.5, 12.5]
const withErrors = (times: readonly number[]): Script => ({
  ...GOOD_ROLLOUT,
  requests: times.map((at) => ({ at, outcome: 'status', status: 500, to: 'web-old-b' })),
})

test('what ends in the baseline as often as in the rollout is before-rollout, and not held against it', () => {
  const verdict = judge(recordingOf(withErrors(ERRS_AT)))
  expect(verdict.causes).toMatchObject([
    {
      id: 'before-rollout',
      requests: 3,
      explanation:
        'Requests ended with status 500 without any rollout: 3 of 60 requests in the baseline, 3 of 240 requests in the rollout.',
    },
  ])
  expect(verdict.verdict).toBe('inconclusive')
})

/** Of the 60 in the baseline. */
const failsBefore = (count: number): readonly RequestScript[] =>
  Array.from({ length: count }, (_, index) => ({
    at: 1.05 + index / 20,
    outcome: 'eof-fresh',
    to: 'web-old-b',
  }))

test.each([
  [30, 'inconclusive', ['before-rollout']],
  [29, 'dropped', ['unexplained', 'endpoint-propagation-race']],
] as const)(
  'of a service that dropped %d of 60 requests before the rollout the verdict is %s, with %j',
  (count, expected, ids) => {
    const requests = [...(RECREATE.requests ?? []), ...failsBefore(count)]
    const verdict = judge(recordingOf({ ...RECREATE, strategy: 'RollingUpdate', requests }))
    expect(verdict.verdict).toBe(expected)
    expect(verdict.causes.map(({ id }) => id)).toEqual(ids)
  },
)

const withTls = (errno: string, times: readonly number[]): readonly RequestScript[] =>
  times.map((at) => ({ at, outcome: 'tls', errno, to: 'web-old-b' }))

test('each ending of before-rollout has its own shares, and another fault of TLS is none of it', () => {
  const requests = [
    ...(withErrors(ERRS_AT).requests ?? []),
    ...withTls('ECONNRESET', [1.6, 6.6]),
    ...withTls('CERT_HAS_EXPIRED', [7.6]),
  ]
  expect(judged({ ...GOOD_ROLLOUT, requests })).toMatchObject([
    {
      id: 'before-rollout',
      requests: 4,
      explanation:
        'Requests ended with status 500 without any rollout: 3 of 60 requests in the baseline, 3 of 240 requests in the rollout; ' +
        'with tls/ECONNRESET: 1 of 60 requests in the baseline, 1 of 240 requests in the rollout.',
    },
    { id: 'unexplained', requests: 1, explanation: expect.stringContaining('CERT_HAS_EXPIRED') },
  ])
})

test('what ends in the rollout far more often than in the baseline is not before-rollout', () => {
  const many = Array.from({ length: 12 }, (_, index) => 5 + index / 10)
  expect(idsOf(withErrors([1.5, ...many]))).toEqual(['unexplained'])
})

test('a drop that fits nothing is unexplained, and all that is known is told', () => {
  expect(judged(withErrors([6.5, 7]))).toMatchObject([
    {
      id: 'unexplained',
      requests: 2,
      objects: [{ kind: 'Pod', name: 'web-old-b', requests: 2 }],
      explanation:
        'Known: 2 × status 500, on a new connection, connected at web-old-b, 2 ready endpoints, 2 in the proxy.',
    },
  ])
})
