import { expect, test } from 'vitest'
import type { Pod } from '../../api/pod.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { podOf } from '../testing/objects.ts'
import { staleAtMs } from './stale-disruption.ts'

const SINCE = '2026-01-01T00:00:00Z'
const disrupted = (changes: object = {}) => ({
  conditions: [
    {
      type: 'DisruptionTarget',
      status: 'True' as const,
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
      lastTransitionTime: SINCE,
      ...changes,
    },
  ],
})

test.each<[string, Pod, boolean]>([
  ['is to be evicted', podOf('web', { status: disrupted() }), true],
  ['is to be evicted no more', podOf('web', { status: disrupted({ status: 'False' }) }), false],
  ['is nobody’s target', podOf('web', {}), false],
  [
    'its kubelet ends',
    podOf('web', { status: disrupted({ reason: 'TerminationByKubelet' }) }),
    false,
  ],
  ['has ended', podOf('web', { status: { ...disrupted(), phase: 'Failed' } }), false],
  [
    'is being deleted',
    podOf('web', { metadata: { deletionTimestamp: SINCE }, status: disrupted() }),
    false,
  ],
])('a pod that %s', (_name, pod, isToBeReset) => {
  expect(staleAtMs(pod)).toBe(isToBeReset ? Date.parse(SINCE) + 120_000 : undefined)
})

/** With a pod, and the disruption controller. */
async function newCluster() {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const { uid: _uid, ...metadata } = podOf('web', {}).metadata
  await client.create('Pod', { ...podOf('web', {}), metadata })
  const controllers = await startControllers({ client, clock, only: ['disruption'] })
  return { clock, client, controllers, name: { namespace: 'default', name: 'web' } }
}

test('a pod that was spared is told to be no target any more, after 2 minutes', async () => {
  const { clock, client, controllers, name } = await newCluster()
  await client.patch('Pod', name, { status: disrupted() }, { subresource: 'status' })
  await clock.advance(119_000)
  expect((await client.get('Pod', name)).status).toMatchObject(disrupted())
  await clock.advance(1_000)
  expect((await client.get('Pod', name)).status?.conditions).toEqual([
    {
      type: 'DisruptionTarget',
      observedGeneration: 1,
      status: 'False',
      lastTransitionTime: '2026-01-01T00:02:00Z',
    },
  ])
  await controllers.stop()
  expect(clock.timerCount).toBe(0)
})

test('a pod with several budgets is told so, one with a single budget is not', async () => {
  const { clock, client, controllers, name } = await newCluster()
  const guard = (of: string) =>
    client.create('PodDisruptionBudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { namespace: 'default', name: of },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    })
  const touch = async (value: string) => {
    await client.patch('Pod', name, { metadata: { annotations: { value } } })
    await clock.advance(1_000)
    const { items } = await client.list('Event')
    return items
      .filter(({ reason }) => reason === 'MultiplePodDisruptionBudgets')
      .map(({ type, message }) => [type, message])
  }
  await guard('first')
  expect(await touch('1')).toEqual([])
  await guard('second')
  const message =
    'Pod "default"/"web" matches multiple PodDisruptionBudgets.  Chose "first" arbitrarily.'
  expect(await touch('2')).toEqual([['Warning', message]])
  await controllers.stop()
})
