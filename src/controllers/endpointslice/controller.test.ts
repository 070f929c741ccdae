import { expect, test } from 'vitest'
import type { Client, WatchEvent } from '../../client/client.ts'
import { inProcessClient } from '../../client/in-process-client.ts'
import { Store } from '../../store/store.ts'
import { seededRandom } from '../../world/random.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { startControllers } from '../controllers.ts'
import { podOf, readyStatus, serviceOf } from '../testing/objects.ts'

test('250 pods take three slices, and a cache that lags behind makes none twice', async () => {
  const clock = newVirtualClock()
  const direct = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  const late: Client = {
    ...direct,
    watch(kind, options, onEvent) {
      return direct.watch(kind, options, (event: WatchEvent<typeof kind>) => {
        clock.after(kind === 'EndpointSlice' ? 500 : 0, () => onEvent(event))
      })
    },
  }
  for (let number = 0; number < 250; number++) {
    const { uid: _uid, ...metadata } = podOf(`pod-${number}`, {}).metadata
    const pod = await direct.create('Pod', { ...podOf('', {}), metadata })
    const status = readyStatus(`10.0.0.${number}`)
    await direct.patch('Pod', pod.metadata, { status }, { subresource: 'status' })
  }
  const controllers = await startControllers({ client: late, clock, only: ['endpointslice'] })
  const { uid: _uid, ...metadata } = serviceOf().metadata
  const { clusterIP: _clusterIP, ...spec } = serviceOf().spec
  await direct.create('Service', { ...serviceOf(), metadata, spec })
  const made = new Set<string | undefined>()
  direct.watch('EndpointSlice', { resourceVersion: '0' }, (event) => {
    if (event.type === 'ADDED') made.add(event.object.metadata.uid)
  })
  for (let step = 0; step < 20; step++) {
    const labels = { step: String(step) }
    await direct.patch('Service', { namespace: 'default', name: 'web' }, { metadata: { labels } })
    await clock.advance(100)
  }
  await clock.advance(5_000)
  const slices = (await direct.list('EndpointSlice')).items
  expect(slices.map(({ endpoints }) => endpoints.length).toSorted((a, b) => b - a)).toEqual([
    100, 100, 50,
  ])
  expect(slices.every(({ metadata }) => metadata.labels?.['step'] === '19')).toBe(true)
  expect(made.size).toBe(3)
  await controllers.stop()
})
