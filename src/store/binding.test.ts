import { expect, test } from 'vitest'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { bindPod } from './binding.ts'
import { Store } from './store.ts'

const NAME = { namespace: 'default', name: 'a' }
const BINDING = { nodeName: 'n', nowMs: 0 }

function newStore() {
  const store = new Store({ clock: newVirtualClock(), random: seededRandom(1) })
  const metadata = { ...NAME, annotations: { own: 'kept' } }
  const spec = { containers: [{ name: 'c', image: 'x' }] }
  store.create('Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec })
  return store
}

test('a binding names the node, says so in the conditions, and gives its annotations', () => {
  const store = newStore()
  bindPod(store, NAME, { ...BINDING, annotations: { given: 'too' } })
  const { metadata, spec, status } = store.get('Pod', NAME)
  expect(spec.nodeName).toBe('n')
  expect(metadata.annotations).toEqual({ own: 'kept', given: 'too' })
  expect(status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }])
})

test('the node is the last that anybody hears of', async () => {
  const store = newStore()
  const seen: unknown[] = []
  store.watch('Pod', { resourceVersion: store.version }, (event) => {
    if (event.type === 'EXPIRED') return
    const { spec, status } = event.object
    seen.push([spec.nodeName, status?.conditions?.length])
  })
  bindPod(store, NAME, BINDING)
  await Promise.resolve()
  expect(seen).toEqual([
    [undefined, 1],
    ['n', 1],
  ])
})

test('a trial binds nothing', () => {
  const store = newStore()
  const before = store.get('Pod', NAME)
  bindPod(store, NAME, BINDING, { dryRun: true })
  expect(store.get('Pod', NAME)).toBe(before)
})

test('a pod is bound once, and only the one that is meant', () => {
  const store = newStore()
  const other = { ...BINDING, uid: 'of-another' }
  expect(() => bindPod(store, NAME, other)).toThrow(
    'Operation cannot be fulfilled on pods/binding "a": Precondition failed: UID in precondition: of-another',
  )
  bindPod(store, NAME, BINDING)
  expect(() => bindPod(store, NAME, BINDING)).toThrow(
    'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "n"',
  )
})
