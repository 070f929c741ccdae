import { expect, test } from 'vitest'
import { type PlayedPod, playPod } from '../../../tests/support/played-pod.ts'
import type { Container, PodSpec, Probe } from '../../api/pod.ts'
import type { ModelledApp } from '../../simulator/modelled-app.ts'

const APP: ModelledApp = { startupMs: 0, onSigterm: 'exit' }

/** A pod of apps by container name: those of `inits` and `sidecars` first, in their order. */
function play(options: {
  readonly apps: Readonly<Record<string, Partial<ModelledApp>>>
  readonly inits: readonly (Partial<Container> & { readonly name: string })[]
  readonly spec?: Partial<PodSpec>
}): PlayedPod {
  const { apps, inits, spec } = options
  const initNames = new Set(inits.map(({ name }) => name))
  return playPod({
    apps: Object.fromEntries(Object.entries(apps).map(([name, app]) => [name, { ...APP, ...app }])),
    spec: {
      initContainers: inits.map((init) => ({ image: init.name, ...init })),
      containers: Object.keys(apps)
        .filter((name) => !initNames.has(name))
        .map((name) => ({ name, image: name })),
      ...spec,
    },
  })
}

const sidecar = (name: string, changes: Partial<Container> = {}) =>
  ({ name, restartPolicy: 'Always', ...changes }) as const

/** One line per fact of these kinds: time, container, signal. */
function linesOf(pod: PlayedPod, kind: 'container-started' | 'container-exited' | 'signal-sent') {
  return pod.facts.flatMap((fact) =>
    fact.kind === kind
      ? [`${fact.atMs} ${fact.container}${fact.kind === 'signal-sent' ? ` ${fact.signal}` : ''}`]
      : [],
  )
}

const initConditionOf = (pod: PlayedPod, index = -1) =>
  pod.statuses.at(index)?.status.conditions?.find(({ type }) => type === 'Initialized')

test('the next init container starts when the sidecar has passed its startup probe', async () => {
  const startupProbe: Probe = { tcpSocket: { port: 9000 }, periodSeconds: 1 }
  const pod = play({
    apps: {
      first: { crashAfterMs: 1_000, crashExitCode: 0 },
      proxy: { startupMs: 2_500, port: 9000 },
      last: { crashAfterMs: 500, crashExitCode: 0 },
      app: {},
    },
    inits: [{ name: 'first' }, sidecar('proxy', { startupProbe }), { name: 'last' }],
  })
  await pod.clock.advance(3_900)
  expect(linesOf(pod, 'container-started')).toEqual(['0 first', '1000 proxy'])
  expect(initConditionOf(pod)?.message).toBe('containers with incomplete status: [proxy last]')
  expect(pod.statuses.at(-1)?.status.phase).toBe('Pending')
  await pod.clock.advance(2_000)
  expect(linesOf(pod, 'container-started')).toEqual([
    '0 first',
    '1000 proxy',
    '4000 last',
    '4500 app',
  ])
  expect(initConditionOf(pod)?.status).toBe('True')
  expect(pod.statuses.at(-1)?.status).toMatchObject({
    phase: 'Running',
    initContainerStatuses: [
      { name: 'first', ready: true, started: false },
      { name: 'proxy', ready: true, started: true },
      { name: 'last', ready: true, started: false },
    ],
  })
})

test('its postStart hook is over before what comes after it starts', async () => {
  const lifecycle = { postStart: { sleep: { seconds: 3 } } }
  const pod = play({ apps: { proxy: {}, app: {} }, inits: [sidecar('proxy', { lifecycle })] })
  await pod.clock.advance(5_000)
  expect(linesOf(pod, 'container-started')).toEqual(['0 proxy', '3000 app'])
})

test('an init container that runs is started and not ready, and a lastState goes when it is done', async () => {
  let tries = 0
  const crash = {
    crashAfterMs: 1_000,
    get crashExitCode() {
      return tries++ === 0 ? 3 : 0
    },
  }
  const pod = playPod({
    apps: { init: Object.assign(crash, APP), app: APP },
    spec: {
      initContainers: [{ name: 'init', image: 'init' }],
      containers: [{ name: 'app', image: 'app' }],
    },
  })
  await pod.clock.advance(1_500)
  const shown = () => pod.statuses.at(-1)?.status.initContainerStatuses?.[0]
  expect(shown()).toMatchObject({
    ready: false,
    started: true,
    restartCount: 1,
    lastState: { terminated: { exitCode: 3 } },
  })
  await pod.clock.advance(1_500)
  expect(shown()).toMatchObject({
    ready: true,
    started: false,
    state: { terminated: { exitCode: 0, reason: 'Completed' } },
    lastState: {},
  })
})

test('a sidecar is restarted whatever the restartPolicy, and the pod stays initialized (5.17)', async () => {
  const pod = play({
    apps: { proxy: { crashAfterMs: 2_000, crashExitCode: 0 }, app: {} },
    inits: [sidecar('proxy')],
    spec: { restartPolicy: 'Never' },
  })
  await pod.clock.advance(5_000)
  expect(linesOf(pod, 'container-started')).toEqual(['0 proxy', '0 app', '2000 proxy'])
  const { phase, initContainerStatuses } = pod.statuses.at(-1)!.status
  expect(phase).toBe('Running')
  expect(initContainerStatuses?.[0]?.state.waiting?.reason).toBe('CrashLoopBackOff')
  expect(initConditionOf(pod)?.status).toBe('True')
  expect(pod.readyTimes().at(-1)).toEqual([4_000, false])
})

test('a sidecar that fails its liveness probe is restarted, and the event does not say so', async () => {
  const livenessProbe: Probe = { tcpSocket: { port: 9 }, periodSeconds: 2, failureThreshold: 1 }
  const pod = play({ apps: { proxy: {}, app: {} }, inits: [sidecar('proxy', { livenessProbe })] })
  await pod.clock.advance(3_000)
  expect(pod.eventTexts('Killing')).toEqual(['Killing Init container proxy failed liveness probe'])
  expect(linesOf(pod, 'container-started')).toEqual(['0 proxy', '0 app', '2000 proxy'])
})

test('sidecars get SIGTERM when the others have ended, in the reverse of their order', async () => {
  const pod = play({
    apps: {
      one: { onSigterm: { drainMs: 500 } },
      two: { onSigterm: { drainMs: 1_000 } },
      quick: {},
      slow: { onSigterm: { drainMs: 3_000 } },
    },
    inits: [sidecar('one'), sidecar('two')],
  })
  await pod.clock.advance(1_000)
  pod.deletePod()
  await pod.clock.advance(60_000)
  expect(linesOf(pod, 'signal-sent')).toEqual([
    '1000 quick SIGTERM',
    '1000 slow SIGTERM',
    '4000 two SIGTERM',
    '5000 one SIGTERM',
  ])
  expect(pod.deletions.map(({ atMs }) => atMs)).toEqual([5_500])
})

test('its preStop hook runs with those of the others, and its grace goes on while it waits', async () => {
  const preStop = { sleep: { seconds: 2 } }
  const pod = play({
    apps: { proxy: { onSigterm: 'ignore' }, app: { onSigterm: { drainMs: 4_500 } } },
    inits: [sidecar('proxy', { lifecycle: { preStop } })],
    spec: { terminationGracePeriodSeconds: 10 },
  })
  await pod.clock.advance(1_000)
  pod.deletePod()
  await pod.clock.advance(60_000)
  expect(pod.timesOf('hook-started')).toEqual([1_000])
  // 10 s less 2 s of the hook and 2 whole seconds of the wait: 6 s from its SIGTERM on.
  expect(linesOf(pod, 'signal-sent')).toEqual([
    '1000 app SIGTERM',
    '5500 proxy SIGTERM',
    '11500 proxy SIGKILL',
  ])
})

test('an app that uses up its grace leaves a sidecar the least there is', async () => {
  const pod = play({
    apps: { proxy: { onSigterm: 'ignore' }, app: { onSigterm: 'ignore' } },
    inits: [sidecar('proxy')],
    spec: { terminationGracePeriodSeconds: 5 },
  })
  await pod.clock.advance(1_000)
  pod.deletePod()
  await pod.clock.advance(60_000)
  // Both at 6 s wait for that moment only: which comes first means nothing.
  expect(linesOf(pod, 'signal-sent').toSorted()).toEqual([
    '1000 app SIGTERM',
    '6000 app SIGKILL',
    '6000 proxy SIGTERM',
    '8000 proxy SIGKILL',
  ])
})

test('sidecars do not keep a pod alive whose apps have ended, nor count for its phase', async () => {
  const pod = play({
    apps: {
      proxy: { onSigterm: 'ignore' },
      app: { crashAfterMs: 2_000, crashExitCode: 0 },
    },
    inits: [sidecar('proxy')],
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 3 },
  })
  await pod.clock.advance(60_000)
  expect(linesOf(pod, 'signal-sent')).toEqual(['2000 proxy SIGTERM', '5000 proxy SIGKILL'])
  expect(pod.eventTexts('Killing')).toEqual(['Killing Stopping container proxy'])
  const { phase, initContainerStatuses } = pod.statuses.at(-1)!.status
  expect(phase).toBe('Succeeded')
  expect(initContainerStatuses?.[0]?.state.terminated?.exitCode).toBe(137)
  expect(pod.deletions).toEqual([])
})

test('an init container that fails for good ends the pod without starting the others', async () => {
  const pod = play({
    apps: { init: { crashAfterMs: 1_000, crashExitCode: 4 }, app: {} },
    inits: [{ name: 'init' }],
    spec: { restartPolicy: 'Never' },
  })
  await pod.clock.advance(5_000)
  expect(linesOf(pod, 'container-started')).toEqual(['0 init'])
  const { phase, containerStatuses } = pod.statuses.at(-1)!.status
  expect(phase).toBe('Failed')
  expect(containerStatuses?.[0]?.state.waiting?.reason).toBe('PodInitializing')
})

test.each(['startup', 'liveness'])(
  'a sidecar that keeps failing its %s probe waits longer and longer',
  async (kind) => {
    const probe: Probe = { tcpSocket: { port: 1 }, periodSeconds: 1, failureThreshold: 2 }
    const proxy = sidecar('proxy', { [`${kind}Probe`]: probe })
    const pod = play({ apps: { proxy: {}, app: {} }, inits: [proxy] })
    await pod.clock.advance(60_000)
    const starts = linesOf(pod, 'container-started').filter((line) => line.endsWith('proxy'))
    // 10 s after the exit at 6 s, 20 s after the one at 17 s.
    expect(starts).toEqual(['0 proxy', '2000 proxy', '4000 proxy', '16000 proxy', '37000 proxy'])
  },
)
