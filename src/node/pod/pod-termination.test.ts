import { describe, expect, test } from 'vitest'
import { type PlayedPodOptions, playPod } from '../../../tests/support/played-pod.ts'
import type { Lifecycle } from '../../api/pod.ts'
import type { ModelledApp } from '../../simulator/modelled-app.ts'

/** Each pod is deleted when it has run for 5 s: times are milliseconds after the deletion. */
const DELETED_AT = 5_000

interface Row {
  readonly name: string
  /** The rule of Kubernetes from which the numbers follow. */
  readonly rule: string
  readonly onSigterm: ModelledApp['onSigterm']
  readonly grace: number
  readonly preStop?: Lifecycle['preStop']
  readonly app?: Partial<ModelledApp>
  /** undefined: never sent. */
  readonly sigterm: number | undefined
  readonly sigkill: number | undefined
  readonly exit: number
  readonly exitCode: number
}

const exec = (seconds: number): Lifecycle['preStop'] => ({
  exec: { command: ['sleep', String(seconds)] },
})

const ROWS: readonly Row[] = [
  {
    name: 'exits on SIGTERM',
    rule: 'without a preStop hook SIGTERM is sent at once',
    onSigterm: 'exit',
    grace: 30,
    sigterm: 0,
    sigkill: undefined,
    exit: 0,
    exitCode: 0,
  },
  {
    name: 'drains for 4 s',
    rule: 'the process has the whole grace period',
    onSigterm: { drainMs: 4_000 },
    grace: 30,
    sigterm: 0,
    sigkill: undefined,
    exit: 4_000,
    exitCode: 0,
  },
  {
    name: 'ignores SIGTERM',
    rule: 'process 1 without a handler ends by SIGKILL at the grace period, exit code 137 (5.10)',
    onSigterm: 'ignore',
    grace: 30,
    sigterm: 0,
    sigkill: 30_000,
    exit: 30_000,
    exitCode: 137,
  },
  {
    name: 'drains longer than the grace',
    rule: 'SIGKILL at the grace period cuts the draining off',
    onSigterm: { drainMs: 8_000 },
    grace: 5,
    sigterm: 0,
    sigkill: 5_000,
    exit: 5_000,
    exitCode: 137,
  },
  {
    name: 'sleep hook of 5 s',
    rule: 'SIGTERM waits for the preStop hook',
    onSigterm: 'exit',
    grace: 30,
    preStop: { sleep: { seconds: 5 } },
    sigterm: 5_000,
    sigkill: undefined,
    exit: 5_000,
    exitCode: 0,
  },
  {
    name: 'sleep hook of 5 s, ignores SIGTERM',
    rule: 'the hook counts against the grace period: SIGKILL at the deletion + grace',
    onSigterm: 'ignore',
    grace: 30,
    preStop: { sleep: { seconds: 5 } },
    sigterm: 5_000,
    sigkill: 30_000,
    exit: 30_000,
    exitCode: 137,
  },
  {
    name: 'exec hook of 2.7 s, ignores SIGTERM',
    rule: 'only whole seconds of the hook are subtracted: 2.7 + (10 - 2)',
    onSigterm: 'ignore',
    grace: 10,
    preStop: exec(2.7),
    sigterm: 2_700,
    sigkill: 10_700,
    exit: 10_700,
    exitCode: 137,
  },
  {
    name: 'exec hook longer than the grace, ignores SIGTERM',
    rule: 'the hook is cut off at the grace, SIGKILL 2 s later (5.11)',
    onSigterm: 'ignore',
    grace: 3,
    preStop: exec(60),
    sigterm: 3_000,
    sigkill: 5_000,
    exit: 5_000,
    exitCode: 137,
  },
  {
    name: 'exec hook longer than the grace, drains 1.5 s',
    rule: 'the floor of 2 s after SIGTERM holds although the grace is used up',
    onSigterm: { drainMs: 1_500 },
    grace: 3,
    preStop: exec(60),
    sigterm: 3_000,
    sigkill: undefined,
    exit: 4_500,
    exitCode: 0,
  },
  {
    name: 'sleep hook as long as the grace, ignores SIGTERM',
    rule: 'nothing of the grace is left, so the floor of 2 s counts',
    onSigterm: 'ignore',
    grace: 4,
    preStop: { sleep: { seconds: 4 } },
    sigterm: 4_000,
    sigkill: 6_000,
    exit: 6_000,
    exitCode: 137,
  },
  {
    name: 'grace 1, ignores SIGTERM',
    rule: 'minimumGracePeriodInSeconds: never less than 2 s between SIGTERM and SIGKILL',
    onSigterm: 'ignore',
    grace: 1,
    sigterm: 0,
    sigkill: 2_000,
    exit: 2_000,
    exitCode: 137,
  },
  {
    name: 'failing exec hook',
    rule: 'a hook that fails is only told; SIGTERM follows at once',
    onSigterm: { drainMs: 1_000 },
    grace: 30,
    preStop: { exec: { command: ['no-such-program'] } },
    app: { exec: () => ({ exitCode: 127 }) },
    sigterm: 0,
    sigkill: undefined,
    exit: 1_000,
    exitCode: 0,
  },
  {
    name: 'httpGet hook answered after 3 s',
    rule: 'SIGTERM follows the answer of the hook (5.13)',
    onSigterm: 'exit',
    grace: 30,
    preStop: { httpGet: { path: '/prestop', port: 8080 } },
    app: {
      answer: ({ path }) => ({
        kind: 'answer',
        status: 200,
        delayMs: path === '/prestop' ? 3_000 : 0,
      }),
    },
    sigterm: 3_000,
    sigkill: undefined,
    exit: 3_000,
    exitCode: 0,
  },
  {
    name: 'httpGet hook that is never answered',
    rule: 'the hook is cut off at the grace, SIGTERM, and the app has its 2 s',
    onSigterm: { drainMs: 1_000 },
    grace: 6,
    preStop: { httpGet: { path: '/prestop', port: 8080 } },
    app: { answer: () => ({ kind: 'hang' }) },
    sigterm: 6_000,
    sigkill: undefined,
    exit: 7_000,
    exitCode: 0,
  },
]

const optionsOf = (row: Row): PlayedPodOptions => ({
  app: { onSigterm: row.onSigterm, ...row.app },
  container: row.preStop === undefined ? {} : { lifecycle: { preStop: row.preStop } },
  spec: { terminationGracePeriodSeconds: row.grace },
})

describe('the termination of a pod, in milliseconds after its deletion', () => {
  test.each(ROWS)('$name: $rule', async (row) => {
    const pod = playPod(optionsOf(row))
    await pod.clock.advance(DELETED_AT)
    pod.deletePod()
    await pod.clock.advance(120_000)

    const since = (times: readonly number[]) => times.map((time) => time - DELETED_AT)
    const signals = (name: string) =>
      since(pod.timesOf('signal-sent', ({ signal }) => signal === name))
    expect(signals('SIGTERM')).toEqual(row.sigterm === undefined ? [] : [row.sigterm])
    expect(signals('SIGKILL')).toEqual(row.sigkill === undefined ? [] : [row.sigkill])
    const exits = pod.facts.filter((fact) => fact.kind === 'container-exited')
    expect(exits.map(({ atMs, exitCode }) => [atMs - DELETED_AT, exitCode])).toEqual([
      [row.exit, row.exitCode],
    ])
    expect(since(pod.deletions.map(({ atMs }) => atMs))).toEqual([row.exit])
    expect(pod.isDone()).toBe(true)
    expect(pod.clock.timerCount).toBe(0)
  })
})

const failures = async (row: Partial<Row>) => {
  const pod = playPod(optionsOf({ ...ROWS[0]!, grace: 3, ...row }))
  await pod.clock.advance(DELETED_AT)
  pod.deletePod()
  await pod.clock.advance(60_000)
  const outcomes = pod.facts.flatMap((fact) =>
    fact.kind === 'hook-finished' ? [fact.outcome] : [],
  )
  return [pod.eventTexts('FailedPreStopHook'), outcomes]
}

describe('what is said of a preStop hook', () => {
  const FAILED = ['FailedPreStopHook PreStopHook failed']

  test('a command that exits with an error is a failure', async () => {
    const app = { exec: () => ({ exitCode: 1 }) }
    expect(await failures({ preStop: exec(0), app })).toEqual([FAILED, ['failed']])
  })

  test('a command that is cut off is a failure', async () => {
    expect(await failures({ preStop: exec(60) })).toEqual([FAILED, ['cut-off']])
  })

  test('an HTTP 500 is none (5.12)', async () => {
    const preStop = { httpGet: { path: '/', port: 8080 } }
    const app: Partial<ModelledApp> = { answer: () => ({ kind: 'answer', status: 500 }) }
    expect(await failures({ preStop, app })).toEqual([[], ['succeeded']])
  })

  test('a request that nobody accepts is one', async () => {
    const preStop = { httpGet: { path: '/', port: 9999 } }
    expect(await failures({ preStop })).toEqual([FAILED, ['failed']])
  })
})

test('a second delete with a shorter grace changes nothing for the process (5.6)', async () => {
  const pod = playPod({ app: { onSigterm: 'ignore' } })
  await pod.clock.advance(1_000)
  pod.deletePod(20)
  await pod.clock.advance(2_000)
  pod.deletePod(3)
  await pod.clock.advance(60_000)
  expect(pod.timesOf('signal-sent')).toEqual([1_000, 21_000])
})

test('a forced delete after a graceful one leaves the process its first grace (5.7)', async () => {
  const pod = playPod({ app: { onSigterm: 'ignore' } })
  await pod.clock.advance(1_000)
  pod.deletePod(20)
  await pod.clock.advance(2_000)
  pod.worker.forget()
  await pod.clock.advance(60_000)
  expect(pod.timesOf('signal-sent')).toEqual([1_000, 21_000])
  expect(pod.deletions).toEqual([])
})

test('a forced delete of a running pod sends SIGTERM at once and SIGKILL 2 s later (5.8)', async () => {
  const preStop = { sleep: { seconds: 9 } }
  const pod = playPod({ app: { onSigterm: 'ignore' }, container: { lifecycle: { preStop } } })
  await pod.clock.advance(1_000)
  pod.worker.forget()
  await pod.clock.advance(60_000)
  expect(pod.timesOf('signal-sent')).toEqual([1_000, 3_000])
  expect(pod.timesOf('hook-started')).toEqual([])
  expect(pod.isDone()).toBe(true)
})

test('kill ends everything at once, also in the middle of a hook, and writes nothing more', async () => {
  const preStop = { sleep: { seconds: 9 } }
  const pod = playPod({ app: { onSigterm: 'ignore' }, container: { lifecycle: { preStop } } })
  await pod.clock.advance(1_000)
  pod.deletePod()
  await pod.clock.advance(1_000)
  const written = pod.statuses.length
  pod.worker.kill()
  await pod.clock.advance(0)
  expect(pod.isDone()).toBe(true)
  expect(pod.statuses.length).toBe(written)
  expect(pod.clock.timerCount).toBe(0)
})

// The kubelet's sync of a pod is not interrupted: its termination begins when the hook has ended.
test.each([
  { what: 'ends first', seconds: 6, signalledAt: 6_000 },
  { what: 'that takes longer has the grace period', seconds: 60, signalledAt: 22_000 },
])('a postStart hook $what when the pod is deleted', async ({ seconds, signalledAt }) => {
  const postStart = { sleep: { seconds } }
  const pod = playPod({
    container: { lifecycle: { postStart } },
    spec: { terminationGracePeriodSeconds: 20 },
  })
  await pod.clock.advance(2_000)
  pod.deletePod()
  await pod.clock.advance(60_000)
  expect(pod.timesOf('signal-sent')).toEqual([signalledAt])
  expect(pod.eventTexts('FailedPostStartHook')).toEqual([])
  expect(pod.isDone()).toBe(true)
  expect(pod.clock.timerCount).toBe(0)
})

test('a postStart request that nobody answers ends when its pod does not wait for it any more', async () => {
  const asked: (AbortSignal | undefined)[] = []
  const pod = playPod({
    container: { lifecycle: { postStart: { httpGet: { port: 8080 } } } },
    spec: { terminationGracePeriodSeconds: 5 },
  })
  pod.network.request = ({ signal }) => {
    asked.push(signal)
    return new Promise(() => undefined)
  }
  await pod.clock.advance(2_000)
  pod.deletePod()
  await pod.clock.advance(4_000)
  expect(asked.map((signal) => signal?.aborted)).toEqual([false])
  await pod.clock.advance(10_000)
  expect(asked.map((signal) => signal?.aborted)).toEqual([true])
  expect(pod.isDone()).toBe(true)
})

test('all containers get SIGTERM at the same time, and the pod waits for the last', async () => {
  const apps = {
    quick: { startupMs: 0, onSigterm: 'exit' },
    slow: { startupMs: 0, onSigterm: { drainMs: 3_000 } },
  } as const
  const containers = [
    { name: 'a', image: 'quick' },
    { name: 'b', image: 'slow' },
  ]
  const pod = playPod({ apps, spec: { containers } })
  await pod.clock.advance(1_000)
  pod.deletePod()
  await pod.clock.advance(10_000)
  expect(pod.timesOf('signal-sent')).toEqual([1_000, 1_000])
  expect(pod.deletions.map(({ atMs }) => atMs)).toEqual([4_000])
})
