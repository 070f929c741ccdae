import { expect, test } from 'vitest'
import { playPod } from '../../tests/support/played-pod.ts'

test('a pod without probes is Pending, then Running and Ready as soon as its process runs', async () => {
  const pod = playPod()
  await pod.clock.advance(5_000)
  expect(pod.statuses.map(({ status }) => status.phase)).toEqual(['Pending', 'Running'])
  expect(pod.readyTimes()).toEqual([
    [0, false],
    [0, true],
  ])
  expect(pod.eventTexts()).toEqual([
    'Pulled Container image "app:v1" already present on machine',
    'Created Created container: app',
    'Started Started container app',
  ])
})

test('the first status says that nothing is there yet (5.2)', async () => {
  const pod = playPod()
  await pod.clock.advance(0)
  expect(pod.statuses[0]?.status).toMatchObject({
    observedGeneration: 1,
    phase: 'Pending',
    hostIP: '192.168.0.1',
    startTime: '2026-01-01T00:00:00Z',
    conditions: [
      { type: 'PodReadyToStartContainers', status: 'False' },
      { type: 'Initialized', status: 'True' },
      {
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'containers with unready status: [app]',
      },
      { type: 'ContainersReady', status: 'False', reason: 'ContainersNotReady' },
      { type: 'PodScheduled', status: 'True' },
    ],
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        started: false,
        restartCount: 0,
        state: { waiting: { reason: 'ContainerCreating' } },
        lastState: {},
      },
    ],
  })
})

test('the facts of a life are started, listening, signalled, exited, closed', async () => {
  const pod = playPod()
  await pod.clock.advance(5_000)
  pod.deletePod()
  await pod.clock.advance(10_000)
  expect(pod.facts.map(({ atMs, kind }) => `${atMs} ${kind}`)).toEqual([
    '0 container-started',
    '250 listener-opened',
    '5000 signal-sent',
    '5000 container-exited',
    '5000 listener-closed',
  ])
  expect(pod.eventTexts('Killing')).toEqual(['Killing Stopping container app'])
  expect(pod.isDone()).toBe(true)
  expect(pod.clock.timerCount).toBe(0)
})

test('exit code 7 after a delete is Failed, also with restartPolicy Always (5.5)', async () => {
  const app = { onSigterm: 'ignore', crashAfterMs: 3_000, crashExitCode: 7 } as const
  const pod = playPod({ app })
  await pod.clock.advance(1_000)
  pod.deletePod()
  await pod.clock.advance(5_000)
  const { status } = pod.statuses.at(-1)!
  expect(status.phase).toBe('Failed')
  expect(status.containerStatuses?.[0]?.state.terminated?.exitCode).toBe(7)
  expect(status.conditions?.find(({ type }) => type === 'Ready')?.reason).toBe('PodFailed')
})

test("conditions of others are kept, and a readiness gate counts for the pod's Ready", async () => {
  const pod = playPod({ spec: { readinessGates: [{ conditionType: 'example.com/in-rotation' }] } })
  await pod.clock.advance(1_000)
  const ready = pod.statuses.at(-1)?.status.conditions?.find(({ type }) => type === 'Ready')
  expect(ready).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' })
})

test('deleted before its sandbox is there, a pod starts nothing and is removed', async () => {
  const pod = playPod()
  pod.deletePod()
  await pod.clock.advance(1_000)
  expect(pod.timesOf('container-started')).toEqual([])
  expect(pod.deletions).toHaveLength(1)
  expect(pod.isDone()).toBe(true)
})
