import { expect, test } from 'vitest'
import { type PlayedPod, playPod } from '../../../tests/support/played-pod.ts'
import type { ContainerStatus } from '../../api/pod.ts'

/** What the API shows of the container, one line per change: time, state, restarts. */
function statesOf(pod: PlayedPod): readonly string[] {
  const lines = pod.statuses.map(({ atMs, status }) => {
    const container = status.containerStatuses?.[0]
    return `${atMs} ${status.phase} ${describeState(container)} ${container?.restartCount}`
  })
  return lines.filter((line, index) => line !== lines[index - 1])
}

function describeState(container: ContainerStatus | undefined): string {
  const { waiting, running, terminated } = container?.state ?? {}
  if (waiting !== undefined) return waiting.reason ?? 'waiting'
  if (terminated !== undefined) return `${terminated.reason}(${terminated.exitCode})`
  return running === undefined ? 'none' : 'running'
}

test('a container that ends at once is restarted after 0, 10, 20, 40, 80, 160, 300, 300 s', async () => {
  const pod = playPod({ app: { crashAfterMs: 1_000 } })
  await pod.clock.advance(1_300_000)
  const starts = pod.timesOf('container-started')
  const exits = pod.timesOf('container-exited')
  const waits = starts.slice(1).map((start, index) => (start - (exits[index] ?? 0)) / 1_000)
  expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300])
  expect(
    pod.facts.flatMap((fact) => (fact.kind === 'back-off' ? [fact.delayMs / 1_000] : [])),
  ).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300])
})

test('the back-off begins anew after a run of more than ten minutes', async () => {
  const crashes = [1_000, 1_000, 1_000, 601_000, 1_000, 1_000]
  let starts = 0
  const app = {
    get crashAfterMs() {
      return crashes[starts++] ?? 9_000_000
    },
  }
  const pod = playPod({
    apps: { 'app:v1': Object.assign(app, { startupMs: 0, onSigterm: 'exit' as const }) },
  })
  await pod.clock.advance(800_000)
  const begins = pod.timesOf('container-started')
  const exits = pod.timesOf('container-exited')
  const runs = exits.map((exit, index) => (exit - (begins[index] ?? 0)) / 1_000)
  const waits = begins.slice(1).map((start, index) => (start - (exits[index] ?? 0)) / 1_000)
  expect(runs.slice(0, 5)).toEqual([1, 1, 1, 601, 1])
  expect(waits.slice(0, 5)).toEqual([0, 10, 20, 0, 10])
})

test('terminated is shown first, then CrashLoopBackOff from the second quick exit on', async () => {
  const pod = playPod({ app: { crashAfterMs: 1_000, crashExitCode: 7 } })
  await pod.clock.advance(11_900)
  expect(statesOf(pod)).toEqual([
    '0 Pending ContainerCreating 0',
    '0 Running running 0',
    '1000 Running Error(7) 0',
    '1000 Running running 1',
    '2000 Running Error(7) 1',
    '2000 Running CrashLoopBackOff 1',
  ])
  await pod.clock.advance(200)
  expect(statesOf(pod).at(-1)).toBe('12000 Running running 2')
  expect(pod.eventTexts('BackOff')).toEqual([
    'BackOff Back-off restarting failed container app in pod web-1_default(uid-1)',
  ])
  const waiting = pod.statuses.find(
    ({ status }) => status.containerStatuses?.[0]?.state.waiting?.message,
  )
  expect(waiting?.status.containerStatuses?.[0]?.state.waiting?.message).toBe(
    'back-off 10s restarting failed container=app pod=web-1_default(uid-1)',
  )
})

test('a failed liveness probe restarts the container within its grace, without a deletion', async () => {
  // Probes at 2, 4, 6 s: the third failure in a row is at 8 s if the app breaks after 3 s.
  const pod = playPod({
    app: {
      onSigterm: 'ignore',
      answer: ({ path }, { uptimeMs }) => ({
        kind: 'answer',
        status: path === '/live' && uptimeMs > 3_000 ? 500 : 200,
      }),
    },
    container: { livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 2 } },
    spec: { terminationGracePeriodSeconds: 5 },
  })
  await pod.clock.advance(14_000)
  expect(pod.eventTexts('Killing')).toEqual([
    'Killing Container app failed liveness probe, will be restarted',
  ])
  expect(pod.timesOf('probe-result-changed')).toEqual([8_000])
  expect(pod.timesOf('signal-sent')).toEqual([8_000, 13_000])
  expect(pod.timesOf('container-started')).toEqual([0, 13_000])
  // Straight to running again, Ready all the time, as there is no readiness probe (5.16).
  expect(statesOf(pod)).toEqual([
    '0 Pending ContainerCreating 0',
    '0 Running running 0',
    '13000 Running running 1',
  ])
  expect(pod.readyTimes()).toEqual([
    [0, false],
    [0, true],
  ])
  const last = pod.statuses.at(-1)?.status.containerStatuses?.[0]?.lastState.terminated
  expect([last?.exitCode, last?.reason]).toEqual([137, 'Error'])
  expect(pod.deletions).toEqual([])
})

test('killed for its probe again and again, it waits only when less than its back-off ago it was killed before', async () => {
  // Each instance is killed 10 s after its start (one failure, at the tick of the period).
  const pod = playPod({
    container: {
      livenessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 10, failureThreshold: 1 },
    },
  })
  await pod.clock.advance(120_000)
  const starts = pod.timesOf('container-started')
  const exits = pod.timesOf('container-exited')
  const waits = starts.slice(1).map((start, index) => (start - (exits[index] ?? 0)) / 1_000)
  // The sync that kills counts from the exit before: none; 10 s ago, no back-off yet; 10 s ago, 10 s of back-off; then
  // 10 s ago with 20 s of it, so that it waits 20 s from the kill on.
  expect(waits.slice(0, 4)).toEqual([0, 0, 0, 20])
})

test("a probe's own grace period wins over the pod's, but not under 2 s (5.16)", async () => {
  const pod = playPod({
    app: { onSigterm: 'ignore' },
    container: {
      livenessProbe: {
        tcpSocket: { port: 9999 },
        periodSeconds: 1,
        failureThreshold: 1,
        terminationGracePeriodSeconds: 1,
      },
    },
  })
  await pod.clock.advance(3_500)
  expect(pod.timesOf('signal-sent')).toEqual([1_000, 3_000])
})

test('a liveness kill runs the preStop hook while the pod stays Ready', async () => {
  const pod = playPod({
    container: {
      lifecycle: { preStop: { sleep: { seconds: 4 } } },
      livenessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 3, failureThreshold: 1 },
    },
  })
  await pod.clock.advance(7_500)
  expect(pod.timesOf('hook-started')).toEqual([3_000])
  expect(pod.timesOf('signal-sent')).toEqual([7_000])
  expect(pod.readyTimes().at(-1)?.[1]).toBe(true)
})

test('the deletion during a liveness kill lets the kill go on as it began', async () => {
  const pod = playPod({
    app: { onSigterm: 'ignore' },
    container: {
      livenessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 2, failureThreshold: 1 },
    },
    spec: { terminationGracePeriodSeconds: 10 },
  })
  await pod.clock.advance(5_000)
  pod.deletePod()
  await pod.clock.advance(30_000)
  expect(pod.timesOf('signal-sent')).toEqual([2_000, 12_000])
  expect(pod.timesOf('container-started')).toEqual([0])
  expect(pod.deletions.map(({ atMs }) => atMs)).toEqual([12_000])
})

test('with restartPolicy Never the phase follows the exit code, one write after the end (5.4)', async () => {
  const pod = playPod({
    app: { crashAfterMs: 2_000, crashExitCode: 0 },
    spec: { restartPolicy: 'Never' },
  })
  await pod.clock.advance(60_000)
  expect(statesOf(pod).slice(-3)).toEqual([
    '0 Running running 0',
    '2000 Running Completed(0) 0',
    '2000 Succeeded Completed(0) 0',
  ])
  expect(pod.timesOf('container-started')).toEqual([0])
  pod.worker.forget()
  await pod.clock.advance(0)
  expect(pod.isDone()).toBe(true)
})

test('OnFailure restarts after an error and not after a success', async () => {
  const spec = { restartPolicy: 'OnFailure' } as const
  const bad = playPod({ app: { crashAfterMs: 2_000 }, spec })
  await bad.clock.advance(3_000)
  expect(bad.timesOf('container-started')).toEqual([0, 2_000])
  const good = playPod({ app: { crashAfterMs: 2_000, crashExitCode: 0 }, spec })
  await good.clock.advance(30_000)
  expect(good.timesOf('container-started')).toEqual([0])
  expect(good.statuses.at(-1)?.status.phase).toBe('Succeeded')
})

test('a missing command is a StartError with exit code 128: Created but never Started (5.24)', async () => {
  const pod = playPod({ container: { command: ['/missing'] } })
  await pod.clock.advance(1_000)
  expect(statesOf(pod)).toContain('0 Running StartError(128) 0')
  expect(pod.eventTexts('Created').length).toBeGreaterThan(0)
  expect(pod.eventTexts('Started')).toEqual([])
  expect(statesOf(pod).at(-1)).toBe('0 Running CrashLoopBackOff 1')
})

test('an unknown image waits as ErrImagePull, then ImagePullBackOff', async () => {
  const pod = playPod({ container: { image: 'nobody:v1' } })
  await pod.clock.advance(9_000)
  expect(statesOf(pod)).toEqual([
    '0 Pending ContainerCreating 0',
    '0 Pending ErrImagePull 0',
    '0 Pending ImagePullBackOff 0',
  ])
  expect(pod.eventTexts('BackOff')).toEqual(['BackOff Back-off pulling image "nobody:v1"'])
  expect(pod.eventTexts('Pulling')).toHaveLength(1)
  await pod.clock.advance(25_000)
  expect(pod.events.filter(({ reason }) => reason === 'Pulling').map(({ atMs }) => atMs)).toEqual([
    0, 10_000, 30_000,
  ])
})

test('a missing ConfigMap is a CreateContainerConfigError until it is there', async () => {
  const envFrom = [{ configMapRef: { name: 'settings' } }]
  const pod = playPod({ container: { envFrom } })
  await pod.clock.advance(1_000)
  expect(statesOf(pod).at(-1)).toBe('0 Pending CreateContainerConfigError 0')
  expect(pod.eventTexts('Failed')).toEqual(['Failed Error: configmap "settings" not found'])
  pod.deletePod()
  await pod.clock.advance(1_000)
  // 5.24: a container that never ran is terminated(ContainerStatusUnknown) 137.
  expect(statesOf(pod).at(-1)).toBe('1000 Failed ContainerStatusUnknown(137) 0')
  expect(pod.isDone()).toBe(true)
})

test('init containers run one after another before the others, again when they fail', async () => {
  let tries = 0
  const apps = {
    flaky: {
      startupMs: 0,
      onSigterm: 'exit',
      crashAfterMs: 1_000,
      get crashExitCode() {
        return tries++ === 0 ? 1 : 0
      },
    },
    second: { startupMs: 0, onSigterm: 'exit', crashAfterMs: 2_000, crashExitCode: 0 },
    app: { startupMs: 0, onSigterm: 'exit' },
  } as const
  const pod = playPod({
    apps,
    spec: {
      initContainers: [
        { name: 'one', image: 'flaky' },
        { name: 'two', image: 'second' },
      ],
      containers: [{ name: 'app', image: 'app' }],
    },
  })
  await pod.clock.advance(10_000)
  const starts = pod.facts.flatMap((fact) =>
    fact.kind === 'container-started' ? [`${fact.atMs} ${fact.container}`] : [],
  )
  expect(starts).toEqual(['0 one', '1000 one', '2000 two', '4000 app'])
  const first = pod.statuses[0]?.status
  expect(first?.containerStatuses?.[0]?.state.waiting?.reason).toBe('PodInitializing')
  expect(first?.conditions?.[1]?.message).toBe('containers with incomplete status: [one two]')
  expect(pod.statuses.at(-1)?.status.phase).toBe('Running')
})

test('a sidecar does not keep the pod from starting', async () => {
  const apps = { app: { startupMs: 0, onSigterm: 'exit' } } as const
  const initContainers = [{ name: 'proxy', image: 'app', restartPolicy: 'Always' }] as const
  const containers = [{ name: 'app', image: 'app' }]
  const pod = playPod({ apps, spec: { initContainers, containers } })
  await pod.clock.advance(1_000)
  expect(pod.timesOf('container-started')).toEqual([0, 0])
  expect(pod.readyTimes().at(-1)?.[1]).toBe(true)
  expect(pod.statuses.at(-1)?.status.initContainerStatuses).toMatchObject([
    { name: 'proxy', ready: true, started: true },
  ])
})

test('with Never a failing postStart hook fails the pod, which was never Running (5.23)', async () => {
  const pod = playPod({
    app: { onSigterm: 'ignore', exec: () => ({ exitCode: 1 }) },
    container: { lifecycle: { postStart: { exec: { command: ['warm-up'] } } } },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 2 },
  })
  await pod.clock.advance(5_000)
  const phases = pod.statuses.map(({ status }) => status.phase)
  expect([...new Set(phases)]).toEqual(['Pending', 'Failed'])
  expect(pod.timesOf('container-started')).toEqual([0])
})

/** Status and reason of Ready, one line per change. */
function readinessOf(pod: PlayedPod): readonly string[] {
  const lines = pod.statuses.map(({ status }) => {
    const ready = status.conditions?.find(({ type }) => type === 'Ready')
    return `${ready?.status} ${ready?.reason ?? ''}`.trim()
  })
  return lines.filter((line, index) => line !== lines[index - 1])
}

test('a pod that is deleted before it ran forgets why, and its conditions do not tell of a failure', async () => {
  const envFrom = [{ configMapRef: { name: 'missing' } }]
  const pod = playPod({ container: { envFrom } })
  await pod.clock.advance(1_000)
  pod.deletePod()
  await pod.clock.advance(2_000)
  const states = statesOf(pod).map((line) => line.replace(/^\d+ /, ''))
  expect(states).toEqual([
    'Pending ContainerCreating 0',
    'Pending CreateContainerConfigError 0',
    'Pending ContainerCreating 0',
    'Failed ContainerStatusUnknown(137) 0',
  ])
  expect(readinessOf(pod)).toEqual(['False ContainersNotReady'])
})

test('nobody sees a container ended that is killed for its probe, also when its readiness changes meanwhile', async () => {
  const pod = playPod({
    app: {
      answer: (_, { uptimeMs }) => ({ kind: 'answer', status: uptimeMs < 3_000 ? 200 : 500 }),
    },
    container: {
      readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
      livenessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 2 },
    },
  })
  await pod.clock.advance(5_000)
  const containers = pod.statuses.flatMap(({ status }) => status.containerStatuses ?? [])
  expect(containers.some(({ restartCount }) => restartCount === 1)).toBe(true)
  expect(containers.filter(({ state }) => state.terminated !== undefined)).toEqual([])
  const starts = containers.map(({ started }) => started)
  expect(starts.slice(starts.indexOf(true))).not.toContain(false)
})

test('a pod that ended by itself tells nothing of the process before the last', async () => {
  const codes = [7, 0]
  let ends = 0
  const app = {
    startupMs: 0,
    onSigterm: 'exit' as const,
    crashAfterMs: 1_000,
    get crashExitCode() {
      return codes[ends++] ?? 0
    },
  }
  const pod = playPod({ apps: { 'app:v1': app }, spec: { restartPolicy: 'OnFailure' } })
  await pod.clock.advance(5_000)
  const statuses = pod.statuses.map(({ status }) => status)
  expect(statuses.some((status) => status.containerStatuses?.[0]?.lastState.terminated)).toBe(true)
  expect(statuses.at(-1)?.phase).toBe('Succeeded')
  expect(statuses.at(-1)?.containerStatuses?.[0]?.lastState).toEqual({})
})
