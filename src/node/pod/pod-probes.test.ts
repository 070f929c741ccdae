import { expect, test } from 'vitest'
import { type PlayedPodOptions, playPod } from '../../../tests/support/played-pod.ts'
import type { Probe } from '../../api/pod.ts'

const http = (path: string, probe: Probe = {}): Probe => ({
  httpGet: { path, port: 8080 },
  ...probe,
})

/** Times of the requests for each path, as the app sees them. */
function watched(options: PlayedPodOptions) {
  const requests: (readonly [atMs: number, path: string])[] = []
  const answer = options.app?.answer ?? (() => ({ kind: 'answer', status: 200 }) as const)
  const pod = playPod({
    ...options,
    app: {
      startupMs: 0,
      ...options.app,
      answer: (request, moment) => {
        requests.push([pod.clock.monotonicNs() / 1e6, request.path])
        return answer(request, moment)
      },
    },
  })
  const timesOf = (path: string) =>
    requests.filter((request) => request[1] === path).map(([atMs]) => Math.round(atMs))
  return { pod, timesOf }
}

test('readiness is probed at the start, at the next sync 1 s later, then every period', async () => {
  // The app listens after 300 ms, so the first probe is refused and seen in no request.
  const { pod, timesOf } = watched({
    app: { startupMs: 300 },
    container: { readinessProbe: http('/ready') },
  })
  await pod.clock.advance(35_000)
  expect(timesOf('/ready')).toEqual([1_000, 11_000, 21_000, 31_000])
  expect(pod.readyTimes()).toEqual([
    [0, false],
    [1_000, true],
  ])
  expect(pod.eventTexts('Unhealthy')).toEqual([
    'Unhealthy Readiness probe failed: Get "http://10.244.0.2:8080/ready": dial tcp 10.244.0.2:8080: connect: connection refused',
  ])
})

test('an app that is slower than the second probe waits for the period (5.19)', async () => {
  const { pod } = watched({
    app: { startupMs: 1_500 },
    container: { readinessProbe: http('/ready', { periodSeconds: 3 }) },
  })
  await pod.clock.advance(20_000)
  expect(pod.readyTimes().at(-1)).toEqual([4_000, true])
})

test('initialDelaySeconds is compared at the ticks only', async () => {
  // Ticks every 3 s from the 1 s sync on: 4 s is the first one past 2 s.
  const { pod, timesOf } = watched({
    container: { readinessProbe: http('/ready', { initialDelaySeconds: 2, periodSeconds: 3 }) },
  })
  await pod.clock.advance(9_000)
  expect(timesOf('/ready').slice(0, 2)).toEqual([4_000, 7_000])
})

test('liveness is first probed one period after the start', async () => {
  const { pod, timesOf } = watched({ container: { livenessProbe: http('/live') } })
  await pod.clock.advance(25_000)
  expect(timesOf('/live')).toEqual([10_000, 20_000])
})

test('the others wait for the startup probe; readiness follows it at once, liveness with its tick (5.20)', async () => {
  const { pod, timesOf } = watched({
    app: {
      answer: (_request, { uptimeMs }) => ({
        kind: 'answer',
        status: uptimeMs < 5_000 ? 503 : 200,
      }),
    },
    container: {
      startupProbe: http('/start', { periodSeconds: 2, failureThreshold: 30 }),
      readinessProbe: http('/ready'),
      livenessProbe: http('/live', { periodSeconds: 4 }),
    },
  })
  await pod.clock.advance(15_900)
  expect(timesOf('/start')).toEqual([2_000, 4_000, 6_000])
  expect(timesOf('/ready')).toEqual([6_000])
  expect(timesOf('/live')).toEqual([8_000, 12_000])
  expect(pod.readyTimes().at(-1)).toEqual([6_000, true])
  expect(pod.eventTexts('Unhealthy')[0]).toBe(
    'Unhealthy Startup probe failed: HTTP probe failed with statuscode: 503',
  )
})

test('a startup probe that never passes ends the container at period × failureThreshold', async () => {
  const { pod } = watched({
    app: { answer: () => ({ kind: 'answer', status: 503 }) },
    container: { startupProbe: http('/start', { periodSeconds: 2, failureThreshold: 3 }) },
  })
  await pod.clock.advance(6_500)
  expect(pod.eventTexts('Killing')).toEqual([
    'Killing Container app failed startup probe, will be restarted',
  ])
  expect(pod.timesOf('container-started')).toEqual([0, 6_000])
})

test('a ready pod is unready after failureThreshold failures, and probed once more at once', async () => {
  const { pod, timesOf } = watched({
    app: {
      answer: (_request, { uptimeMs }) => ({
        kind: 'answer',
        status: uptimeMs < 4_500 ? 200 : 503,
      }),
    },
    container: { readinessProbe: http('/ready', { periodSeconds: 2, failureThreshold: 2 }) },
  })
  await pod.clock.advance(12_500)
  // The second failure at 8 s changes the result; the sync that follows triggers a probe at once.
  expect(timesOf('/ready')).toEqual([0, 2_000, 4_000, 6_000, 8_000, 8_000, 10_000, 12_000])
  expect(pod.readyTimes().at(-1)).toEqual([8_000, false])
})

test('readiness goes on while the pod terminates and can turn it unready; liveness stops (5.21)', async () => {
  const { pod, timesOf } = watched({
    app: {
      onSigterm: { drainMs: 6_000 },
      answer: (_request, { uptimeMs }) => ({
        kind: 'answer',
        status: uptimeMs < 6_500 ? 200 : 503,
      }),
    },
    container: {
      lifecycle: { preStop: { sleep: { seconds: 8 } } },
      readinessProbe: http('/ready', { periodSeconds: 1, failureThreshold: 2 }),
      livenessProbe: http('/live', { periodSeconds: 1, failureThreshold: 2 }),
    },
  })
  await pod.clock.advance(5_500)
  pod.deletePod()
  await pod.clock.advance(30_000)
  expect(timesOf('/live').at(-1)).toBe(5_000)
  expect(timesOf('/ready')).toContain(13_000)
  expect(pod.readyTimes().at(-1)).toEqual([8_000, false])
  expect(pod.timesOf('container-exited')).toEqual([19_500])
})

test('a terminating pod stays Running and Ready until its containers have ended (5.3)', async () => {
  const { pod } = watched({ app: { onSigterm: { drainMs: 4_000 } } })
  await pod.clock.advance(2_000)
  pod.deletePod()
  await pod.clock.advance(3_900)
  expect(pod.statuses.at(-1)?.status.phase).toBe('Running')
  expect(pod.readyTimes().at(-1)?.[1]).toBe(true)
  await pod.clock.advance(200)
  const { status } = pod.statuses.at(-1)!
  expect(status.phase).toBe('Succeeded')
  expect(
    status.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
  ).toEqual([
    'PodReadyToStartContainers=False undefined',
    'Initialized=True PodCompleted',
    'Ready=False PodCompleted',
    'ContainersReady=False PodCompleted',
    'PodScheduled=True undefined',
  ])
  expect(pod.deletions).toMatchObject([{ atMs: 6_000, gracePeriodSeconds: 0 }])
})

test('a probe that cannot be made leaves the result as it is, with an event', async () => {
  const { pod } = watched({
    container: {
      readinessProbe: { httpGet: { port: 'nowhere' } },
      livenessProbe: { tcpSocket: { port: 'nowhere' } },
    },
  })
  await pod.clock.advance(60_000)
  expect(pod.readyTimes()).toEqual([[0, false]])
  expect(pod.timesOf('container-started')).toEqual([0])
  expect(pod.eventTexts('Unhealthy')[0]).toBe(
    'Unhealthy Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "nowhere": invalid syntax',
  )
})

test('the listener is seen to open within 250 ms, and to close within 10 ms of the deletion', async () => {
  const { pod } = watched({
    app: { startupMs: 1_100, onSigterm: { drainMs: 2_000 } },
    container: { readinessProbe: { tcpSocket: { port: 8080 } } },
  })
  await pod.clock.advance(20_003)
  pod.deletePod()
  await pod.clock.advance(30_000)
  const seen = pod.facts.flatMap((fact) =>
    fact.kind === 'listener-opened' || fact.kind === 'listener-closed'
      ? [[fact.kind, fact.atMs, fact.resolutionMs]]
      : [],
  )
  expect(seen).toEqual([
    ['listener-opened', 1_250, 250],
    ['listener-closed', 20_013, 10],
  ])
})

test('a container that exits closes what it listened on', async () => {
  const { pod } = watched({ app: { crashAfterMs: 3_000 } })
  await pod.clock.advance(3_300)
  expect(pod.timesOf('listener-opened')).toEqual([250, 3_250])
  expect(pod.timesOf('listener-closed')).toEqual([3_000])
})

test('a slow postStart hook keeps the container creating and delays its probes (5.23)', async () => {
  const { pod, timesOf } = watched({
    container: {
      lifecycle: { postStart: { sleep: { seconds: 3 } } },
      readinessProbe: http('/ready'),
    },
  })
  await pod.clock.advance(2_900)
  expect(pod.statuses.at(-1)?.status.containerStatuses?.[0]?.state.waiting?.reason).toBe(
    'ContainerCreating',
  )
  await pod.clock.advance(200)
  expect(timesOf('/ready')).toEqual([3_000])
  expect(pod.readyTimes().at(-1)).toEqual([3_000, true])
})

test('a failing postStart hook ends the container: PostStartHookError, then a restart', async () => {
  const { pod } = watched({
    app: { exec: () => ({ exitCode: 1, output: 'no' }) },
    container: { lifecycle: { postStart: { exec: { command: ['warm-up'] } } } },
  })
  await pod.clock.advance(500)
  expect(pod.eventTexts('FailedPostStartHook')).toHaveLength(2)
  expect(pod.eventTexts('Killing')).toContain('Killing FailedPostStartHook')
  const reasons = pod.statuses.map(
    ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason,
  )
  expect(reasons).toContain('PostStartHookError')
  expect(pod.timesOf('container-started')).toEqual([0, 0])
  pod.deletePod()
  await pod.clock.advance(1_000)
  expect(pod.isDone()).toBe(true)
})

test('each probe that fails is told with its count, and the first that succeeds again', async () => {
  const failing = new Set([4, 7, 8, 9])
  const { pod } = watched({
    app: {
      answer: (_, { uptimeMs }) => ({
        kind: 'answer',
        status: failing.has(Math.round(uptimeMs / 1_000)) ? 503 : 200,
      }),
    },
    container: { readinessProbe: http('/ready', { periodSeconds: 1, failureThreshold: 3 }) },
  })
  await pod.clock.advance(12_000)
  const seen = pod.facts.flatMap((fact) =>
    fact.kind === 'probe-ended' || fact.kind === 'probe-result-changed'
      ? [
          `${fact.atMs} ${fact.kind === 'probe-ended' ? `${fact.outcome} ${fact.consecutive}` : fact.success}`,
        ]
      : [],
  )
  expect(seen).toEqual([
    '0 true',
    '4000 failed 1',
    '5000 succeeded 1',
    '7000 failed 1',
    '8000 failed 2',
    '9000 failed 3',
    '9000 false',
    // The sync of the pod that has become unready probes at once.
    '9000 failed 4',
    '10000 succeeded 1',
    '10000 true',
  ])
  const [first] = pod.facts.filter((fact) => fact.kind === 'probe-ended')
  expect(first).toMatchObject({
    container: 'app',
    probe: 'readiness',
    message: 'HTTP probe failed with statuscode: 503',
    tookMs: 0,
  })
})

test('a probe that cannot be made is told, and counts for nothing', async () => {
  const { pod } = watched({
    container: { livenessProbe: { httpGet: { port: 'nowhere' }, periodSeconds: 1 } },
  })
  await pod.clock.advance(5_000)
  const seen = pod.facts.flatMap((fact) =>
    fact.kind === 'probe-ended' ? [`${fact.outcome} ${fact.consecutive}`] : [],
  )
  expect(seen.slice(0, 2)).toEqual(['errored 1', 'errored 2'])
  expect(pod.timesOf('container-exited')).toEqual([])
})
