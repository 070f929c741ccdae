import { expect, test } from 'vitest'
import { type PlayedPod, playPod } from '../../../tests/support/played-pod.ts'
import type { ContainerStatus, PodSpec } from '../../api/pod.ts'
import type { ModelledApp } from '../../simulator/modelled-app.ts'

const APP: ModelledApp = { startupMs: 0, onSigterm: 'exit' }

function play(tool: Partial<ModelledApp> = {}, spec: Partial<PodSpec> = {}): PlayedPod {
  return playPod({ apps: { 'app:v1': APP, tool: { ...APP, ...tool } }, spec })
}

function shown(pod: PlayedPod, name = 'look'): ContainerStatus | undefined {
  const { ephemeralContainerStatuses } = pod.statuses.at(-1)?.status ?? {}
  return ephemeralContainerStatuses?.find((status) => status.name === name)
}

const startsOf = (pod: PlayedPod, name = 'look') =>
  pod.timesOf('container-started', ({ container }) => container === name)

test('one that is added starts beside the others, which go on', async () => {
  const pod = play()
  await pod.clock.advance(1_000)
  pod.debug({ name: 'look', image: 'tool' })
  await pod.clock.advance(1_000)
  expect(startsOf(pod)).toEqual([1_000])
  expect(shown(pod)).toMatchObject({ ready: false, restartCount: 0, lastState: {} })
  expect(shown(pod)?.state.running).toBeDefined()
  expect(shown(pod)).not.toHaveProperty('started')
  expect(startsOf(pod, 'app')).toEqual([0])
  const { containerStatuses, phase } = pod.statuses.at(-1)?.status ?? {}
  expect([phase, containerStatuses?.length]).toEqual(['Running', 1])
})

test.each([0, 3])('one that ends with %i is not started again', async (crashExitCode) => {
  const pod = play({ crashAfterMs: 500, crashExitCode })
  pod.debug({ name: 'look', image: 'tool' })
  await pod.clock.advance(600_000)
  expect(startsOf(pod)).toEqual([0])
  expect(shown(pod)?.state.terminated?.exitCode).toBe(crashExitCode)
  expect(pod.statuses.at(-1)?.status.phase).toBe('Running')
})

test('one without an image is tried again, with the delays of any container', async () => {
  const pod = play()
  pod.debug({ name: 'look', image: 'unknown' })
  await pod.clock.advance(29_000)
  expect(shown(pod)?.state.waiting?.reason).toBe('ImagePullBackOff')
  expect(pod.eventTexts('Pulling')).toHaveLength(2)
  expect(pod.statuses.at(-1)?.status.phase).toBe('Running')
})

test('one whose target does not run waits for it', async () => {
  const init = { name: 'init', image: 'tool' }
  const pod = play({ crashAfterMs: 5_000, crashExitCode: 0 }, { initContainers: [init] })
  pod.debug({ name: 'look', image: 'app:v1', targetContainerName: 'app' })
  await pod.clock.advance(1_000)
  expect(shown(pod)?.state.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: 'unable to find target container app',
  })
  await pod.clock.advance(60_000)
  expect(shown(pod)?.state.running).toBeDefined()
})

test('it ends with the pod: when that is deleted, and when that has done its work', async () => {
  const deleted = play()
  deleted.debug({ name: 'look', image: 'tool' })
  await deleted.clock.advance(1_000)
  deleted.deletePod()
  await deleted.clock.advance(1_000)
  expect(deleted.isDone()).toBe(true)
  expect(shown(deleted)?.state.terminated?.exitCode).toBeDefined()

  const done = playPod({
    apps: { 'app:v1': { ...APP, crashAfterMs: 2_000, crashExitCode: 0 }, tool: APP },
    spec: { restartPolicy: 'Never' },
  })
  done.debug({ name: 'look', image: 'tool' })
  await done.clock.advance(10_000)
  expect(done.statuses.at(-1)?.status.phase).toBe('Succeeded')
  expect(shown(done)?.state.terminated).toBeDefined()
})

test('one that waits for its image does not hold up the end of the pod', async () => {
  const pod = play()
  pod.debug({ name: 'look', image: 'unknown' })
  await pod.clock.advance(1_000)
  pod.deletePod()
  await pod.clock.advance(1_000)
  expect(pod.isDone()).toBe(true)
  expect(shown(pod)?.state.waiting?.reason).toBe('ContainerCreating')
})
