import { expect, test } from 'vitest'
import { playPod } from '../../../tests/support/played-pod.ts'

const lastStatus = (pod: ReturnType<typeof playPod>) => pod.statuses.at(-1)!.status

test('at activeDeadlineSeconds the pod is unready, stopped with its grace, and then failed (5.9)', async () => {
  const pod = playPod({
    app: { onSigterm: { drainMs: 1_500 } },
    spec: { activeDeadlineSeconds: 4 },
  })
  await pod.clock.advance(4_100)
  expect(pod.readyTimes().at(-1)).toEqual([4_000, false])
  expect(lastStatus(pod).phase).toBe('Running')
  expect(lastStatus(pod).reason).toBeUndefined()
  expect(lastStatus(pod).conditions?.find(({ type }) => type === 'Ready')?.reason).toBe('PodFailed')
  await pod.clock.advance(60_000)
  expect(pod.timesOf('signal-sent')).toEqual([4_000])
  expect(lastStatus(pod)).toMatchObject({
    phase: 'Failed',
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
    containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
  })
  expect(pod.eventTexts('DeadlineExceeded')).toHaveLength(1)
  expect(pod.deletions).toEqual([])
  expect(pod.isDone()).toBe(false)

  pod.deletePod()
  await pod.clock.advance(0)
  expect(pod.deletions).toMatchObject([{ atMs: 64_100, gracePeriodSeconds: 0 }])
  expect(pod.isDone()).toBe(true)
  expect(pod.clock.timerCount).toBe(0)
})

test('probes end at the deadline, although the app drains', async () => {
  const pod = playPod({
    app: { onSigterm: { drainMs: 5_000 }, answer: () => ({ kind: 'answer', status: 503 }) },
    container: { readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 } },
    spec: { activeDeadlineSeconds: 4 },
  })
  await pod.clock.advance(3_900)
  const before = pod.eventTexts('Unhealthy').length
  expect(before).toBeGreaterThan(2)
  await pod.clock.advance(60_000)
  expect(pod.eventTexts('Unhealthy')).toHaveLength(before)
})

test('a deadline counts also for a pod that cannot start', async () => {
  const pod = playPod({
    container: { image: 'nobody:v1' },
    spec: { activeDeadlineSeconds: 3 },
  })
  await pod.clock.advance(10_000)
  expect(lastStatus(pod)).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
})

test('a pod that is over in time has no deadline any more', async () => {
  const pod = playPod({
    app: { crashAfterMs: 1_000, crashExitCode: 0 },
    spec: { activeDeadlineSeconds: 3, restartPolicy: 'Never' },
  })
  await pod.clock.advance(10_000)
  expect(lastStatus(pod).phase).toBe('Succeeded')
  expect(pod.eventTexts('DeadlineExceeded')).toEqual([])
  expect(pod.clock.timerCount).toBe(0)
})

test('the deletion before the deadline decides how long the app has', async () => {
  const pod = playPod({
    app: { onSigterm: 'ignore' },
    spec: { activeDeadlineSeconds: 4, terminationGracePeriodSeconds: 10 },
  })
  await pod.clock.advance(2_000)
  pod.deletePod()
  await pod.clock.advance(30_000)
  expect(pod.timesOf('signal-sent')).toEqual([2_000, 12_000])
  expect(lastStatus(pod)).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
})
