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

/** The good rollout with other first old pod, container and requests. */
function withOldPod(
  pod: Partial<PodScript>,
  requests: readonly RequestScript[],
  over: Partial<Script> = {},
): Script {
  const [, ...others] = GOOD_ROLLOUT.pods
  const first = oldPod({ name: 'web-old-a', ip: '10.0.0.1', deletedAt: 6, ...pod })
  return { ...GOOD_ROLLOUT, ...over, pods: [first, ...others], requests }
}

const READY = { readinessProbe: { httpGet: { path: '/', port: 8080 } } }
const judged = (script: Script) => judge(recordingOf(script)).causes
const idsOf = (script: Script) => judged(script).map(({ id }) => id)

/** The container ends as soon as the pod is deleted. */
const AT_ONCE: Partial<PodScript> = {
  preStopEndsAt: 6,
  stopSignalAt: 6.001,
  closesAt: 6.01,
  exitsAt: 6.02,
}
const WITHOUT_HOOK: Partial<PodScript> = { ...AT_ONCE, preStopEndsAt: undefined }
const REFUSED: RequestScript = {
  at: 6.2,
  to: 'web-old-a',
  outcome: 'reset-fresh',
  result: 'refused',
  errno: 'ECONNRESET',
}

test('a new connection to a pod that has stopped listening is an endpoint propagation race', () => {
  const [cause] = judged(withOldPod(WITHOUT_HOOK, [REFUSED], { container: READY }))
  expect(cause).toMatchObject({
    id: 'endpoint-propagation-race',
    requests: 1,
    lanes: { new: 1 },
    objects: [{ kind: 'Pod', name: 'web-old-a', requests: 1 }],
    explanation:
      'The container stopped listening 0.01 s after SIGTERM, while the proxy still sent it new connections for 0.19 s.',
    location: { file: 'web/deployment.yaml', line: 14, column: 9 },
    because: 'container "web" has no lifecycle.preStop',
    fix: 'lifecycle: { preStop: { sleep: { seconds: 5 } } }',
  })
  expect(cause?.samples).toEqual([
    {
      sequence: 104,
      at: 6.2,
      lane: 'new',
      outcome: 'reset-fresh',
      errno: 'ECONNRESET',
      connection: 105,
      requestsBefore: 0,
      endpoint: '10.0.0.1:8080',
      route: 'refused',
      pod: 'web-old-a',
    },
  ])
})

const HANDSHAKE = { outcome: 'tls', sent: false, result: 'connected', at: 6.05 } as const

test.each([
  ['the kernel refuses it without a proxy between', { outcome: 'connect-refused', sent: false }],
  ['the address is gone', { result: 'unreachable' }],
  ['nobody answers the connection', { outcome: 'timeout-no-byte', result: 'timed-out' }],
  ['the accept queue is thrown away with the listener', { result: 'connected', at: 6.05 }],
  ['a TLS handshake is thrown away with it', { ...HANDSHAKE, errno: 'ECONNRESET' }],
] satisfies [string, Partial<RequestScript>][])('it is one, too, when %s', (_what, over) => {
  const script = withOldPod(WITHOUT_HOOK, [{ ...REFUSED, ...over }], { container: READY })
  expect(idsOf(script)).toEqual(['endpoint-propagation-race'])
})

test('a certificate that a terminating pod shows is no endpoint propagation race', () => {
  const shown = { ...REFUSED, ...HANDSHAKE, errno: 'CERT_HAS_EXPIRED' }
  expect(idsOf(withOldPod(WITHOUT_HOOK, [shown], { container: READY }))).toEqual(['unexplained'])
})

test('a refusal by a pod that nobody has deleted is no endpoint propagation race', () => {
  const script = withOldPod({ ...WITHOUT_HOOK, deletedAt: 6.5 }, [{ ...REFUSED, at: 6.2 }])
  expect(idsOf(script)).toEqual(['unexplained'])
})

test('a preStop that is shorter than the lag is named with the time it held', () => {
  const [cause] = judged(
    withOldPod({ ...AT_ONCE, preStopEndsAt: 6.1, stopSignalAt: 6.1, closesAt: 6.11 }, [REFUSED], {
      container: { ...READY, lifecycle: { preStop: { exec: { command: ['sleep', '0.1'] } } } },
    }),
  )
  expect(cause).toMatchObject({
    id: 'endpoint-propagation-race',
    location: { line: 18, column: 13 },
    because:
      'the preStop hook of container "web" held SIGTERM back for 0.10 s, and the proxy needed up to 0.20 s',
    fix: 'preStop: { sleep: { seconds: 5 } }',
  })
})

test('a preStop that failed is named as failed', () => {
  const [cause] = judged(withOldPod({ ...AT_ONCE, preStopOutcome: 'failed' }, [REFUSED]))
  expect(cause?.because).toContain('the preStop hook of container "web" failed')
})

test('the fix raises a grace period that the preStop would use up', () => {
  const [cause] = judged(withOldPod(WITHOUT_HOOK, [REFUSED], { container: READY, graceSeconds: 6 }))
  expect(cause?.fix).toBe(
    "lifecycle: { preStop: { sleep: { seconds: 5 } } }, and terminationGracePeriodSeconds: 10 in the pod's spec",
  )
})

const CUT_OFF: RequestScript = {
  at: 5,
  to: 'web-old-a',
  outcome: 'reset-fresh',
  errno: 'ECONNRESET',
  tookMs: 1_022,
}

test('a request in the hands of an app that exits at SIGTERM is exit-on-sigterm-inflight', () => {
  expect(judged(withOldPod(WITHOUT_HOOK, [CUT_OFF], { container: READY }))).toMatchObject([
    {
      id: 'exit-on-sigterm-inflight',
      objects: [{ kind: 'Pod', name: 'web-old-a', requests: 1 }],
      explanation:
        'The container exited 0.02 s after SIGTERM with requests in hand that had been open for up to 1.02 s.',
      location: { line: 14, column: 9 },
    },
  ])
})

test.each([
  ['reset on a used connection', { outcome: 'reset-reused', requestsBefore: 3 }],
  ['closed before a byte', { outcome: 'eof-fresh' }],
  ['cut in the middle of its answer', { outcome: 'truncated', gotFirstByte: true }],
  ['on a stream that is reset', { outcome: 'h2-reset', requestsBefore: 3 }],
] satisfies [string, Partial<RequestScript>][])('so is one that is %s', (_what, over) => {
  const script = withOldPod(WITHOUT_HOOK, [{ ...CUT_OFF, ...over }], { container: READY })
  expect(idsOf(script)).toEqual(['exit-on-sigterm-inflight'])
})

test('a request that was cut off before its pod was told to stop is unexplained', () => {
  const script = withOldPod(WITHOUT_HOOK, [{ ...CUT_OFF, tookMs: 800 }], { container: READY })
  expect(idsOf(script)).toEqual(['unexplained'])
})

test('an app that ends in its preStop hook is said to end before SIGTERM', () => {
  const pod = { ...AT_ONCE, preStopEndsAt: 6.5, stopSignalAt: 6.5 }
  const [cause] = judged(withOldPod(pod, [CUT_OFF]))
  expect(cause?.id).toBe('exit-on-sigterm-inflight')
  expect(cause?.explanation).toContain('exited before SIGTERM, in its preStop hook')
})

/** SIGTERM is ignored; the grace period of 2 s ends in SIGKILL. */
const KILLED: Partial<PodScript> = {
  preStopEndsAt: 6.5,
  stopSignalAt: 6.5,
  sigkillAt: 8,
  closesAt: 8.001,
  exitsAt: 8.001,
  exitCode: 137,
}
const OUTLIVING: RequestScript = { ...CUT_OFF, at: 5.9, tookMs: 2_102 }

test('a request that is still in hand when the grace period ends outlives the grace', () => {
  expect(judged(withOldPod(KILLED, [OUTLIVING], { graceSeconds: 2 }))).toMatchObject([
    {
      id: 'request-outlives-grace',
      explanation:
        'SIGKILL came 2.00 s after the deletion and cut off requests that had been open for up to 2.10 s.',
      location: { line: 20, column: 7 },
      because: 'terminationGracePeriodSeconds is 2, of which 0.50 s had passed before SIGTERM',
      fix: 'terminationGracePeriodSeconds: 8',
    },
  ])
})

test('the same request does not outlive the grace when the app ends by itself', () => {
  const script = withOldPod({ ...KILLED, sigkillAt: undefined, exitCode: 0 }, [OUTLIVING], {
    graceSeconds: 2,
  })
  expect(idsOf(script)).toEqual(['exit-on-sigterm-inflight'])
})

test('where no signal is seen, exit code 137 at the end of the grace period tells', () => {
  const seen = { ...KILLED, sigkillAt: undefined, stopSignalAt: undefined }
  const pod = { ...seen, closesAt: 36.001, exitsAt: 36.001 }
  const request = { ...CUT_OFF, at: 15, tookMs: 21_002 }
  expect(idsOf(withOldPod(pod, [request]))).toEqual(['request-outlives-grace'])
  const early = { ...seen, closesAt: 16.001, exitsAt: 16.001 }
  expect(idsOf(withOldPod(early, [{ ...request, tookMs: 1_002 }]))).not.toContain(
    'request-outlives-grace',
  )
})

const CROSSING: RequestScript = {
  at: 6,
  to: 'web-old-a',
  outcome: 'reset-reused',
  lane: 'reused',
  requestsBefore: 12,
  errno: 'ECONNRESET',
  tookMs: 20,
}
const CLOSES_SLOWLY: Partial<PodScript> = { ...WITHOUT_HOOK, stopSignalAt: 6.0001 }

test('a request that crosses the closing of its kept-alive connection is keepalive-reuse-after-close', () => {
  expect(judged(withOldPod(CLOSES_SLOWLY, [CROSSING], { container: READY }))).toMatchObject([
    {
      id: 'keepalive-reuse-after-close',
      lanes: { reused: 1 },
      objects: [{ kind: 'Pod', name: 'web-old-a', requests: 1 }],
    },
  ])
})

test('so is one that GOAWAY says was not processed', () => {
  const denied = { ...CROSSING, outcome: 'h2-goaway-unprocessed', errno: '' } as const
  const [cause] = judged(withOldPod(CLOSES_SLOWLY, [denied], { container: READY }))
  expect(cause?.id).toBe('keepalive-reuse-after-close')
  expect(cause?.because).toContain('GOAWAY')
  const slow = { ...denied, at: 5.9, tookMs: 400 }
  expect(idsOf(withOldPod(CLOSES_SLOWLY, [slow], { container: READY }))).toEqual([
    'keepalive-reuse-after-close',
  ])
})

test('the same reset is none when its request had been sent before SIGTERM', () => {
  const pod = { ...CLOSES_SLOWLY, stopSignalAt: 6.01 }
  expect(idsOf(withOldPod(pod, [CROSSING], { container: READY }))).toEqual([
    'exit-on-sigterm-inflight',
  ])
})

test('the same reset by a pod that goes on living is unexplained', () => {
  const pod = { ...CLOSES_SLOWLY, deletedAt: 7, stopSignalAt: 10, closesAt: 10, exitsAt: 10 }
  expect(idsOf(withOldPod(pod, [CROSSING], { container: READY }))).toEqual(['unexplained'])
})

test('a crossing with the end of the grace period is told as that', () => {
  const killed = { ...CLOSES_SLOWLY, stopSignalAt: 4, sigkillAt: 6.0001 }
  const [cause] = judged(withOldPod(killed, [CROSSING], { container: READY }))
  expect(cause?.id).toBe('keepalive-reuse-after-close')
  expect(cause?.because).toContain('until it was killed')
  const [closed] = judged(withOldPod(CLOSES_SLOWLY, [CROSSING], { container: READY }))
  expect(closed?.because).toContain('closes kept-alive connections')
})
