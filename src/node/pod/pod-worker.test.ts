import { expect, test } from 'vitest'
import { playPod } from '../../../tests/support/played-pod.ts'

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
    '5000 container-stopping',
    '5000 signal-sent',
    '5000 container-exited',
    '5000 listener-closed',
    '5000 connections-closed',
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

test("a readiness gate counts for the pod's Ready as soon as somebody opens or closes it", async () => {
  const type = 'example.com/in-rotation'
  const pod = playPod({ spec: { readinessGates: [{ conditionType: type }] } })
  await pod.clock.advance(1_000)
  const conditionOf = (name: string) =>
    pod.statuses.at(-1)?.status.conditions?.find((condition) => condition.type === name)
  expect(conditionOf('Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' })

  for (const status of ['True', 'False'] as const) {
    pod.setConditions([{ type, status }])
    await pod.clock.advance(100)
    expect(conditionOf('Ready')?.status).toBe(status)
    expect(conditionOf(type)?.status).toBe(status)
  }
})

test('a pod whose sandbox cannot be removed leaves nothing running and says so', async () => {
  const httpGet = { path: '/', port: 8080 }
  const pod = playPod({ container: { readinessProbe: { httpGet }, livenessProbe: { httpGet } } })
  await pod.clock.advance(5_000)
  pod.runtime.removeSandbox = () => Promise.reject(new Error('device is busy'))
  const failed = expect(pod.worker.done).rejects.toThrow('device is busy')
  pod.deletePod()
  await pod.clock.advance(60_000)
  await failed
  expect(pod.clock.timerCount).toBe(0)
})

test('deleted before its sandbox is there, a pod starts nothing and is removed', async () => {
  const pod = playPod()
  pod.deletePod()
  await pod.clock.advance(1_000)
  expect(pod.timesOf('container-started')).toEqual([])
  expect(pod.deletions).toHaveLength(1)
  expect(pod.isDone()).toBe(true)
})
