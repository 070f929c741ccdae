import { describe, expect, test } from 'vitest'
import type { ObjectMeta } from '../api/meta.ts'
import type { PodSpec } from '../api/pod.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

// What is expected here was measured on kube-apiserver 1.34.4, messages included.

const NAME = { namespace: 'default', name: 'a' }

describe('a pod on a node', () => {
  test('is marked with the end of its grace period, which later deletions only shorten', async () => {
    const { store, clock } = newStore()
    createPod(store, { nodeName: 'n', terminationGracePeriodSeconds: 30 })
    const marks: unknown[] = []
    for (const gracePeriodSeconds of [undefined, undefined, 40, 7, -1]) {
      const options = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }
      const { object, removed } = store.delete('Pod', NAME, options)
      expect(removed).toBe(false)
      marks.push(markOf(object.metadata))
      await clock.advance(500)
    }
    expect(marks).toEqual([
      ['2026-01-01T00:00:30Z', 30, 2, '3'],
      ['2026-01-01T00:00:30Z', 30, 2, '3'],
      ['2026-01-01T00:00:30Z', 30, 2, '3'],
      // Counted from the first deletion, not from the one that shortens.
      ['2026-01-01T00:00:07Z', 7, 2, '4'],
      // A second after the first deletion is over by now: a second from now is not told, but it is left.
      ['2026-01-01T00:00:02Z', 1, 2, '5'],
    ])
  })

  test('without a period of its own has 30 seconds', () => {
    const { store } = newStore()
    createPod(store, { nodeName: 'n' })
    expect(store.delete('Pod', NAME).object.metadata.deletionGracePeriodSeconds).toBe(30)
  })

  test('is gone at grace 0, after an update that says so', async () => {
    const { store, clock } = newStore()
    const { resourceVersion } = store.list('Pod')
    const seen: unknown[] = []
    store.watch('Pod', { resourceVersion }, (event) => {
      if (event.type !== 'EXPIRED') seen.push([event.type, ...markOf(event.object.metadata)])
    })
    createPod(store, { nodeName: 'n' })
    store.delete('Pod', NAME)
    expect(store.delete('Pod', NAME, { gracePeriodSeconds: 0 }).removed).toBe(true)
    expect(() => store.get('Pod', NAME)).toThrow('pods "a" not found')
    await clock.advance(0)
    expect(seen).toEqual([
      ['ADDED', undefined, undefined, 1, '2'],
      ['MODIFIED', '2026-01-01T00:00:30Z', 30, 2, '3'],
      ['MODIFIED', '2026-01-01T00:00:00Z', 0, 2, '4'],
      ['DELETED', '2026-01-01T00:00:00Z', 0, 2, '5'],
    ])
  })

  test('waits for its finalizers after its grace', () => {
    const { store } = newStore()
    createPod(store, { nodeName: 'n' }, ['example.com/wait'])
    const { object, removed } = store.delete('Pod', NAME, { gracePeriodSeconds: 0 })
    expect([removed, object.metadata.deletionGracePeriodSeconds]).toEqual([false, 0])
    expect(store.delete('Pod', NAME, { gracePeriodSeconds: 0 }).object).toBe(object)
    store.patch('Pod', NAME, { metadata: { finalizers: null } })
    expect(() => store.get('Pod', NAME)).toThrow('not found')
  })

  test('whose finalizers go first still has its grace', () => {
    const { store } = newStore()
    createPod(store, { nodeName: 'n' }, ['example.com/wait'])
    store.delete('Pod', NAME, { gracePeriodSeconds: 5 })
    store.patch('Pod', NAME, { metadata: { finalizers: null } })
    expect(store.get('Pod', NAME).metadata.deletionGracePeriodSeconds).toBe(5)
    expect(store.delete('Pod', NAME, { gracePeriodSeconds: 0 }).removed).toBe(true)
  })
})

test.each([
  ['that is not on a node', {}, 'Pending'],
  ['that succeeded', { nodeName: 'n' }, 'Succeeded'],
  ['that failed', { nodeName: 'n' }, 'Failed'],
])('a pod %s is gone at once, whatever grace is asked for', (_, spec, phase) => {
  const { store } = newStore()
  createPod(store, spec)
  store.patch('Pod', NAME, { status: { phase } }, { subresource: 'status' })
  expect(store.delete('Pod', NAME, { gracePeriodSeconds: 60 }).removed).toBe(true)
})

describe('an object with finalizers', () => {
  test('is marked once, takes labels but no new finalizers, and goes with the last of them', () => {
    const { store } = newStore()
    createMap(store, ['example.com/wait'])
    const marked = store.delete('ConfigMap', NAME).object
    expect(markOf(marked.metadata)).toEqual(['2026-01-01T00:00:00Z', 0, undefined, '3'])
    expect(store.delete('ConfigMap', NAME).object).toBe(marked)
    const more = { metadata: { finalizers: ['example.com/wait', 'example.com/more'] } }
    expect(() => store.patch('ConfigMap', NAME, more)).toThrow(
      'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/more"}',
    )
    store.patch('ConfigMap', NAME, { metadata: { labels: { k: 'v' } } })
    store.patch('ConfigMap', NAME, { metadata: { finalizers: [] } })
    expect(() => store.get('ConfigMap', NAME)).toThrow('configmaps "a" not found')
  })

  test('is not kept by an annotation change that leaves none', async () => {
    const { store, clock } = newStore()
    createMap(store, ['example.com/wait'])
    store.delete('ConfigMap', NAME)
    const { resourceVersion } = store.list('ConfigMap')
    const seen: string[] = []
    store.watch('ConfigMap', { resourceVersion }, (event) => seen.push(event.type))
    store.patch('ConfigMap', NAME, { metadata: { finalizers: null } })
    await clock.advance(0)
    expect(seen).toEqual(['DELETED'])
  })
})

describe('the propagation policy', () => {
  test.each([
    ['Background', undefined],
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ] as const)('%s of an object without finalizers', (propagationPolicy, finalizers) => {
    const { store } = newStore()
    createMap(store, [])
    const { object, removed } = store.delete('ConfigMap', NAME, { propagationPolicy })
    expect(object.metadata.finalizers).toEqual(finalizers)
    expect(removed).toBe(finalizers === undefined)
  })

  test('of a later deletion replaces that of an earlier one', () => {
    const { store } = newStore()
    createMap(store, ['example.com/wait'])
    const finalizersAfter = (propagationPolicy?: 'Background' | 'Foreground' | 'Orphan') => {
      const options = propagationPolicy === undefined ? {} : { propagationPolicy }
      return store.delete('ConfigMap', NAME, options).object.metadata.finalizers
    }
    expect(finalizersAfter('Foreground')).toEqual(['example.com/wait', 'foregroundDeletion'])
    expect(finalizersAfter()).toEqual(['example.com/wait', 'foregroundDeletion'])
    expect(finalizersAfter('Orphan')).toEqual(['example.com/wait', 'orphan'])
    expect(finalizersAfter('Background')).toEqual(['example.com/wait'])
  })

  test('raises the generation when it marks the object', () => {
    const { store } = newStore()
    store.create('EndpointSlice', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: NAME,
      addressType: 'IPv4',
      endpoints: [],
    })
    const { metadata } = store.delete('EndpointSlice', NAME, {
      propagationPolicy: 'Foreground',
    }).object
    expect(metadata.generation).toBe(2)
  })
})

test('preconditions name the kind, and what was wanted and found', () => {
  const { store } = newStore()
  createMap(store, [])
  const preconditions = { resourceVersion: '1' }
  expect(() => store.delete('ConfigMap', NAME, { preconditions })).toThrow(
    'Operation cannot be fulfilled on ConfigMap "a": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (2). The object might have been modified',
  )
})

test.each(['default', 'kube-system', 'kube-public'])('the namespace %s stays', (name) => {
  const { store } = newStore()
  const metadata = { name }
  if (!store.has('Namespace', metadata)) createNamespace(store, name)
  expect(() => store.delete('Namespace', metadata)).toThrow(
    `namespaces "${name}" is forbidden: this namespace may not be deleted`,
  )
})

describe('a namespace', () => {
  test('is marked whatever its finalizers are, and keeps its generation and its grace', () => {
    const { store } = newStore()
    createNamespace(store, 'ns')
    const { object, removed } = store.delete('Namespace', { name: 'ns' })
    expect([removed, object.status?.phase]).toEqual([false, 'Terminating'])
    expect(markOf(object.metadata)).toEqual(['2026-01-01T00:00:00Z', undefined, undefined, '3'])
    expect(store.delete('Namespace', { name: 'ns' }).object).toBe(object)
  })

  test('has words of its own for preconditions', () => {
    const { store } = newStore()
    createNamespace(store, 'ns')
    const { uid } = store.get('Namespace', { name: 'ns' }).metadata
    expect(() =>
      store.delete('Namespace', { name: 'ns' }, { preconditions: { uid: 'x' } }),
    ).toThrow(
      `Operation cannot be fulfilled on namespaces "ns": Precondition failed: UID in precondition: x, UID in object meta: ${uid}`,
    )
  })

  test('always has the finalizer of its controller, which only its subresource takes away', () => {
    const { store } = newStore()
    const metadata = { name: 'ns' }
    const spec = { finalizers: ['example.com/own'] }
    const created = store.create('Namespace', { ...namespace('ns'), spec })
    expect(created.spec).toEqual({ finalizers: ['example.com/own', 'kubernetes'] })
    const finalize = { subresource: 'finalize' } as const
    expect(store.patch('Namespace', metadata, { spec }, finalize).spec).toEqual(spec)
    store.patch('Namespace', metadata, { spec: null }, finalize)
    // It is not being deleted: nothing happens to it.
    expect(store.get('Namespace', metadata).spec).toEqual({})
  })

  test('does not end because somebody says so', () => {
    const { store } = newStore()
    createNamespace(store, 'ns')
    const status = { status: { phase: 'Terminating' } }
    expect(() =>
      store.patch('Namespace', { name: 'ns' }, status, { subresource: 'status' }),
    ).toThrow(
      'Namespace "ns" is invalid: status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    )
  })
})

test('an object that goes is still in the way of one of its name, and says so', () => {
  const { store } = newStore()
  createMap(store, ['example.com/wait'])
  store.delete('ConfigMap', NAME)
  expect(() => createMap(store, [])).toThrow(
    'object is being deleted: configmaps "a" already exists',
  )
})

test('an Event never waits for the garbage collector', () => {
  const { store } = newStore()
  store.create('Event', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: NAME,
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
    reason: 'Told',
    message: 'told',
    type: 'Normal',
  })
  expect(store.delete('Event', NAME, { propagationPolicy: 'Foreground' }).removed).toBe(true)
})

test('what takes the last finalizer away is told the version that it changed, a watch that of the end', async () => {
  const { store, clock } = newStore()
  createMap(store, ['example.com/wait'])
  const { resourceVersion } = store.delete('ConfigMap', NAME).object.metadata
  const seen: unknown[] = []
  store.watch('ConfigMap', { resourceVersion: resourceVersion ?? '' }, (event) => {
    if (event.type === 'EXPIRED') return
    const { metadata } = event.object
    seen.push([event.type, metadata.resourceVersion, metadata.finalizers])
  })
  const status = store.patch('ConfigMap', NAME, { metadata: { finalizers: null } })
  await clock.advance(0)
  expect(status.metadata.resourceVersion).toBe('3')
  expect(status.metadata.finalizers).toBeUndefined()
  expect(seen).toEqual([['DELETED', '4', ['example.com/wait']]])
})

test('a namespace goes when its own list of finalizers is emptied', () => {
  const { store } = newStore()
  const metadata = { name: 'ns' }
  store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
  expect(store.delete('Namespace', metadata).removed).toBe(false)
  store.patch('Namespace', metadata, { spec: { finalizers: [] } })
  expect(store.get('Namespace', metadata).spec).toEqual({ finalizers: ['kubernetes'] })
  store.patch('Namespace', metadata, { spec: null }, { subresource: 'finalize' })
  expect(() => store.get('Namespace', metadata)).toThrow('namespaces "ns" not found')
})

function newStore() {
  const clock = newVirtualClock()
  return { clock, store: new Store({ clock, random: seededRandom(7) }) }
}

function namespace(name: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as const
}

function createNamespace(store: Store, name: string): void {
  store.create('Namespace', namespace(name))
}

function createPod(store: Store, spec: Partial<PodSpec>, finalizers: readonly string[] = []): void {
  const containers = [{ name: 'c', image: 'x' }]
  const metadata = { ...NAME, finalizers }
  store.create('Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } })
}

function createMap(store: Store, finalizers: readonly string[]): void {
  store.create('ConfigMap', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...NAME, finalizers },
  })
}

function markOf(metadata: ObjectMeta): readonly unknown[] {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion } = metadata
  return [deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion]
}
