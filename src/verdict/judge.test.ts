import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import {
  GOOD_ROLLOUT,
  type RequestScript,
  type Script,
  oldPod,
} from '../../tests/recording-script.ts'
import type { Recording } from './recording.ts'
import { judge } from './judge.ts'

const judged = (over: Partial<Script>) => judge(recordingOf({ ...GOOD_ROLLOUT, ...over }))
const reasonOf = (over: Partial<Script>) => {
  const { verdict, reasons } = judged(over)
  expect(verdict).toBe('inconclusive')
  expect(reasons).toHaveLength(1)
  return reasons[0]
}
const erring = (...times: number[]): RequestScript[] =>
  times.map((at) => ({ at, outcome: 'status', status: 500, to: 'web-old-b' }))
const ENDS_AT_ONCE = { preStopEndsAt: 6, stopSignalAt: 6.001, closesAt: 6.01, exitsAt: 6.02 }
const withGenerator = (over: object): Partial<Script> => {
  const { generator } = recordingOf(GOOD_ROLLOUT).run
  return generator === undefined ? {} : { run: { generator: { ...generator, ...over } } }
}

test('a rollout without a drop is proven, with the bound that its number of requests gives', () => {
  const verdict = judged({})
  expect(verdict).toMatchObject({ verdict: 'proven', reasons: [], causes: [], windows: [] })
  expect(verdict.requests).toMatchObject({
    total: 300,
    sent: 240,
    dropped: 0,
    dropRateMax: 3 / 240,
    baseline: { sent: 60, dropped: 0 },
  })
  expect(verdict.rollout).toEqual({ startedAt: 4, endedAt: 16 })
})

test('a drop after the rollout is complete, in the settle time, still counts', () => {
  const verdict = judged({ requests: erring(15) })
  expect(verdict).toMatchObject({ verdict: 'dropped', requests: { dropped: 1 }, reasons: [] })
  expect(verdict.windows).toEqual([
    { startedAt: 15, endedAt: 15, requests: 1, causes: { unexplained: 1 } },
  ])
})

test("a request that was in flight when the rollout began, and was cut off in it, is the rollout's", () => {
  const cutOff: RequestScript = {
    at: 3.5,
    tookMs: 3_000,
    outcome: 'truncated',
    gotFirstByte: true,
    to: 'web-old-a',
  }
  const verdict = judged({ requests: [cutOff] })
  expect(verdict).toMatchObject({ verdict: 'dropped', requests: { dropped: 1, sent: 241 } })
  expect(verdict.requests.baseline).toEqual({ sent: 59, dropped: 0 })
})

test.each([
  ['was cut off before the rollout began', { tookMs: 400, outcome: 'truncated' }],
  [
    'timed out in the rollout, nobody knows since when',
    { tookMs: 3_000, outcome: 'timeout-no-byte' },
  ],
] satisfies [string, Omit<RequestScript, 'at'>][])(
  'a request of the baseline that %s is not',
  (_what, over) => {
    const verdict = judged({
      requests: [{ at: 3.5, to: 'web-old-a', ...over }],
    })
    expect(verdict).toMatchObject({ verdict: 'inconclusive', requests: { dropped: 0, sent: 240 } })
    expect(verdict.requests.baseline).toEqual({ sent: 60, dropped: 1 })
  },
)

test('drops that are allowed are no obstacle to a proof, but without a bound', () => {
  const verdict = judged({ requests: erring(8), run: { expect: { droppedMax: 1 } } })
  expect(verdict.verdict).toBe('proven')
  expect(verdict.requests.dropRateMax).toBeUndefined()
})

test.each([
  [
    'a request that was never sent',
    { requests: [{ at: 8, outcome: 'not-sent', sent: false }] },
    'never sent: 1 (not-sent)',
  ],
  [
    'a limit of the own machine',
    { requests: [{ at: 8, outcome: 'local-limit', sent: false, errno: 'EMFILE' }] },
    'local-limit',
  ],
  [
    'a late generator',
    withGenerator({ latenessMs: { p50: 1, p99: 101, max: 200 } }),
    'more than 101 ms after their time',
  ],
  [
    'a generator that stood still',
    { facts: [{ at: 7, kind: 'generator-stalled', stallMs: 1_001 }] },
    'stood still for 1001 ms',
  ],
  ['a generator without a report', { run: { generator: undefined } } as object, 'no report'],
  [
    'a rate that was not reached',
    { run: { load: { ...recordingOf(GOOD_ROLLOUT).run.load, ratePerSecond: 21 } } },
    'Only 95.2 % of the requests',
  ],
  ['a rollout that did not complete', { withoutPhases: ['settle'] }, 'did not complete'],
  ['a recording that breaks off', { withoutPhases: ['stop'] }, 'ends before the run did'],
  [
    'a recording that breaks off before the rollout',
    { withoutPhases: ['rollout', 'settle', 'stop'] },
    'before the rollout began',
  ],
  [
    'a run that was cut short',
    { run: { cutShort: { reason: 'timeout', message: 'It took too long.' } } },
    'The run ended early (timeout). It took too long.',
  ],
  [
    'a bound that was reached',
    { facts: [{ at: 7, kind: 'bound-reached', what: 'facts', limit: 5 }] },
    'bound of 5 facts',
  ],
  ['drops in the baseline', { requests: erring(2) }, 'dropped before the rollout began: 1'],
  [
    'new pods that nobody reached',
    {
      programmed: [
        [0.8, ['web-old-a', 'web-old-b']],
        [6.5, ['web-old-b']],
        [8.5, []],
      ],
    },
    'No request of the rollout was answered by a new pod',
  ],
] satisfies [string, Partial<Script>, string][])('%s proves nothing', (_what, over, words) => {
  expect(reasonOf(over)).toContain(words)
})

test('an interruption before the rollout is told in one sentence', () => {
  const cutShort = { reason: 'interrupted', message: 'The run was interrupted.' }
  const verdict = judged({
    run: { cutShort, generator: undefined } as object,
    withoutPhases: ['rollout', 'settle', 'stop'],
  })
  expect(verdict.reasons).toEqual(['The run was interrupted.'])
})

test('what the machine did not manage is told with a remedy, once', () => {
  const { reasons } = judged({
    ...withGenerator({ latenessMs: { p50: 1, p99: 101, max: 200 } }),
    facts: [{ at: 7, kind: 'engine-stalled', stallMs: 1_001 }],
  })
  expect(reasons).toHaveLength(2)
  expect(reasons.map((reason) => reason.includes('--rate'))).toEqual([false, true])
})

test('a window without requests proves nothing', () => {
  const verdict = judged({ phases: { rollout: 16, settle: 16, stop: 16 } })
  expect(verdict.verdict).toBe('inconclusive')
  expect(verdict.reasons.join()).toContain('No request was made during the rollout')
})

test('what the generator failed at before the rollout is no reason', () => {
  expect(judged({ requests: [{ at: 2, outcome: 'not-sent', sent: false }] }).verdict).toBe('proven')
  const stall = { at: 2, kind: 'generator-stalled', stallMs: 2_000 } as const
  expect(judged({ facts: [stall] }).verdict).toBe('proven')
})

test('a drop decides, however poor the measurement: its faults become limits', () => {
  const verdict = judged({ requests: erring(8), withoutPhases: ['settle'] })
  expect(verdict).toMatchObject({ verdict: 'dropped', reasons: [] })
  expect(verdict.limits[0]).toBe('The rollout did not complete.')
})

test('an unexplained drop is not held against a rollout of a service that drops without one', () => {
  const reset: RequestScript = { at: 9, outcome: 'reset-fresh', to: 'web-new-c' }
  expect(judged({ requests: [...erring(2), reset] }).verdict).toBe('inconclusive')
  expect(judged({ requests: [reset] }).verdict).toBe('dropped')
})

test('an unexplained timeout is not held against a service that a late generator asked', () => {
  const late = withGenerator({ latenessMs: { p50: 1, p99: 400, max: 900 } })
  const timedOut = { at: 9, outcome: 'timeout-no-byte', to: 'web-new-c', tookMs: 5_000 } as const
  expect(judged({ ...late, requests: [timedOut] }).verdict).toBe('inconclusive')
  expect(judged({ requests: [timedOut] }).verdict).toBe('dropped')
  // An answer is the service's own, however late it was asked for.
  expect(judged({ ...late, requests: erring(9) }).verdict).toBe('dropped')
})

test('the margin is the shortest time between a deletion and the end of its pod', () => {
  const [, ...others] = GOOD_ROLLOUT.pods
  const shorter = oldPod({
    name: 'web-old-a',
    ip: '10.0.0.1',
    deletedAt: 6,
    preStopEndsAt: 7.2,
    stopSignalAt: 7.2,
    closesAt: 7.21,
    exitsAt: 7.3,
  })
  expect(judged({ pods: [shorter, ...others] }).margin).toEqual({
    lagMs: 1_200,
    message: 'hitless up to 1.20 s of endpoint lag',
  })
})

test('a pod that no connection could have gone to is nothing to the margin', () => {
  const stranger = oldPod({ name: 'other-a', ip: '10.0.0.9', deletedAt: 6, ...ENDS_AT_ONCE })
  expect(judged({ pods: [...GOOD_ROLLOUT.pods, stranger] }).margin).toMatchObject({ lagMs: 3_000 })
})

test('there is no margin to tell where requests were dropped for other causes', () => {
  expect(judged({ requests: erring(8) }).margin).toBeUndefined()
})

test('a pod that ended before the proxy knew proves nothing, though no request met it', () => {
  const [, ...others] = GOOD_ROLLOUT.pods
  const pod = oldPod({ name: 'web-old-a', ip: '10.0.0.1', deletedAt: 6, ...ENDS_AT_ONCE })
  expect(reasonOf({ pods: [pod, ...others] })).toBe(
    'Pod web-old-a stopped listening 0.49 s before the proxy stopped choosing it: ' +
      'that no request fell into the gap was luck, and more requests per second would.',
  )
})

test('one that ended when the proxy had just learned of it takes nothing from the proof', () => {
  const [, ...others] = GOOD_ROLLOUT.pods
  const times = { preStopEndsAt: 6.4, stopSignalAt: 6.4, closesAt: 6.41, exitsAt: 6.42 }
  const pod = oldPod({ name: 'web-old-a', ip: '10.0.0.1', deletedAt: 6, ...times })
  expect(judged({ pods: [pod, ...others] }).verdict).toBe('proven')
})

test('the recording of a killed run, which lacks what was in flight, is judged as far as it goes', () => {
  const { run, facts, requests } = recordingOf({ ...GOOD_ROLLOUT, withoutPhases: ['stop'] })
  const { generator: _none, ...cutOff } = run
  const verdict = judge({ run: cutOff, facts, requests: requests.filter((_, i) => i !== 290) })
  expect(verdict).toMatchObject({ verdict: 'inconclusive', requests: { total: 299 } })
  expect(() => judge({ run: cutOff, facts, requests: [...requests, ...requests] })).toThrow('twice')
})

test('a ledger with a gap, a repetition or another number than planned is refused', () => {
  const whole = recordingOf(GOOD_ROLLOUT)
  const [first, ...rest] = whole.requests
  expect(first).toBeDefined()
  const withRequests = (requests: Recording['requests']) => ({ ...whole, requests })
  expect(() => judge(withRequests(rest))).toThrow('lacks request 0')
  expect(() => judge(withRequests([...rest, ...whole.requests]))).toThrow('holds request 1 twice')
  expect(() => judge(withRequests(whole.requests.slice(0, -1)))).toThrow(
    'the generator planned 300 requests, the ledger holds 299',
  )
})

const stalled = (stallMs: number) => ({ at: 7, kind: 'engine-stalled', stallMs }) as const

test('an engine that stood still during the rollout proves nothing, a short pause does not matter', () => {
  expect(reasonOf({ facts: [stalled(700)] })).toContain('The engine stood still for 700 ms')
  expect(judged({ facts: [stalled(400)] }).verdict).toBe('proven')
})
