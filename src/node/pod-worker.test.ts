import { expect, test } from 'vitest'
import { playPod } from '../../tests/support/played-pod.ts'

test('a pod without probes is Pending, then Running and Ready as soon as its process runs', async () => {
  const pod = playPod()
  await pod.clock.advance(5_000)
  expect(pod.statuses.map(({ status }) => status.phase)).toEqual(['Pending', 'Running'])
  expect(pod.eventTexts()).toEqual([
    'Pulled Container image "app:v1" already present on machine',
    'Created Created container: app',
    'Started Started container app',
  ])
  console.log(JSON.stringify(pod.statuses, null, 1))
  pod.deletePod()
  await pod.clock.advance(60_000)
  console.log(JSON.stringify(pod.facts), pod.eventTexts(), pod.deletions)
  expect(pod.isDone()).toBe(true)
  expect(pod.clock.timerCount).toBe(0)
})
