import { describe, expect, test } from 'vitest'
import type { FieldSelector } from '../api/field-selector.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

const ON_A: FieldSelector = [{ field: 'spec.unschedulable', isEqual: true, value: 'true' }]

describe('a list of the past', () => {
  test('shows what a list showed then, selections included', () => {
    const store = newStore()
    store.create('ConfigMap', configMap('a', { app: 'x' }))
    const then = store.create('ConfigMap', configMap('b', { app: 'y' })).metadata
    const [all, some] = [{}, { labelSelector: { matchLabels: { app: 'y' } } }].map((selection) =>
      store.list('ConfigMap', selection),
    )
    store.patch('ConfigMap', { name: 'a' }, { metadata: { labels: { app: 'y' } } })
    store.delete('ConfigMap', { name: 'b' })
    store.create('ConfigMap', configMap('c', { app: 'y' }))
    const { resourceVersion = '' } = then
    expect(store.listAt('ConfigMap', {}, resourceVersion)).toEqual(all)
    const selection = { labelSelector: { matchLabels: { app: 'y' } } }
    expect(store.listAt('ConfigMap', selection, resourceVersion)).toEqual(some)
  })

  test('is told in the words of Kubernetes when it is gone or yet to come', () => {
    const store = newStore(2)
    for (const name of ['a', 'b', 'c']) store.create('ConfigMap', configMap(name))
    const at = (version: string) => () => store.listAt('ConfigMap', {}, version)
    expect(at('1')).toThrow(
      expect.objectContaining({
        reason: 'Expired',
        code: 410,
        message: 'The resourceVersion for the provided list is too old.',
      }),
    )
    expect(at('2')().items).toHaveLength(1)
    expect(at('99')).toThrow(
      expect.objectContaining({
        reason: 'Timeout',
        code: 504,
        message: 'Timeout: Too large resource version: 99, current: 4',
        details: { retryAfterSeconds: 1 },
      }),
    )
  })
})

describe('a field selector', () => {
  test('selects by name, namespace and the fields of the kind', () => {
    const store = newStore()
    for (const name of ['a', 'b']) store.create('ConfigMap', configMap(name))
    const named = (isEqual: boolean, value: string) =>
      store
        .list('ConfigMap', { fieldSelector: [{ field: 'metadata.name', isEqual, value }] })
        .items.map(({ metadata }) => metadata.name)
    expect([named(true, 'a'), named(false, 'a'), named(true, 'c')]).toEqual([['a'], ['b'], []])
    const inDefault = [{ field: 'metadata.namespace', isEqual: true, value: 'default' }]
    expect(store.list('ConfigMap', { fieldSelector: inDefault }).items).toHaveLength(2)
  })

  test('makes of a change an addition or a deletion for a watch', async () => {
    const store = newStore()
    store.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } })
    const seen: unknown[] = []
    const { version: resourceVersion } = store
    store.watch('Node', { resourceVersion, fieldSelector: ON_A }, (event) => {
      if (event.type === 'EXPIRED') return
      const { metadata, spec } = event.object
      seen.push([event.type, metadata.resourceVersion, spec?.unschedulable])
    })
    const cordon = (unschedulable: boolean | null) =>
      store.patch('Node', { name: 'a' }, { spec: { unschedulable } })
    cordon(true)
    store.patch('Node', { name: 'a' }, { metadata: { labels: { a: 'b' } } })
    cordon(null)
    store.patch('Node', { name: 'a' }, { metadata: { labels: { a: 'c' } } })
    await Promise.resolve()
    expect(seen).toEqual([
      ['ADDED', '3', true],
      ['MODIFIED', '4', true],
      // As it was when it last matched, with the version of the change.
      ['DELETED', '5', true],
    ])
  })
})

function newStore(historyMax = 100): Store {
  return new Store({ clock: newVirtualClock(), random: seededRandom(7), historyMax })
}

function configMap(name: string, labels: Readonly<Record<string, string>> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } } as const
}
