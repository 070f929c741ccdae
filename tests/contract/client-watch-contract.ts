import { expect, test } from 'vitest'
import type { ConfigMap } from '../../src/api/core.ts'
import type { Client, ListOptions, WatchEvent } from '../../src/client/client.ts'
import { configMap, describeEvent, labelled, name, type WithClient } from './client-fixtures.ts'

export function describeWatches(withClient: WithClient): void {
  test(
    'a watch tells what happens after its version, in order',
    withClient(async (client, settle) => {
      await client.create('ConfigMap', configMap('before'))
      const { resourceVersion } = await client.list('ConfigMap')
      await client.create('ConfigMap', configMap('a'))
      const seen = watchAll(client, { resourceVersion })
      await client.patch('ConfigMap', name('a'), { data: { v: '2' } })
      await client.create('ConfigMap', configMap('b'))
      await client.delete('ConfigMap', name('a'))
      await settle()
      expect(seen.map(describeEvent)).toEqual(['ADDED a', 'MODIFIED a', 'ADDED b', 'DELETED a'])
      expect(seen.map(versionOf)).toEqual(seen.map(versionOf).toSorted((x, y) => x - y))
    }),
  )

  test(
    'a watch from any point in time leads from the list of then to the list of now',
    withClient(async (client, settle) => {
      const points: { readonly items: readonly ConfigMap[]; readonly resourceVersion: string }[] =
        []
      const steps = [
        () => client.create('ConfigMap', configMap('a')),
        () => client.create('ConfigMap', configMap('b')),
        () => client.patch('ConfigMap', name('a'), { data: { v: '1' } }),
        () => client.delete('ConfigMap', name('b')),
        () => client.create('ConfigMap', configMap('b', { again: 'yes' })),
      ]
      for (const step of steps) {
        points.push(await client.list('ConfigMap', { namespace: 'default' }))
        await step()
      }
      const watches = points.map(({ items, resourceVersion }) => ({
        state: new Map(items.map((item) => [item.metadata.name, item])),
        seen: watchAll(client, { resourceVersion, namespace: 'default' }),
      }))
      await settle()
      const { items: now } = await client.list('ConfigMap', { namespace: 'default' })
      for (const { state, seen } of watches) {
        for (const event of seen) applyEvent(state, event)
        expect([...state.values()].toSorted(byName)).toEqual(now)
      }
    }),
  )

  test(
    'for a watch with a selector, an object that begins to match is added, one that ceases is deleted',
    withClient(async (client, settle) => {
      await client.create('ConfigMap', labelled(configMap('a'), { app: 'x' }))
      const { resourceVersion } = await client.list('ConfigMap')
      const labelSelector = { matchLabels: { app: 'y' } }
      const seen = watchAll(client, { resourceVersion, labelSelector })
      const relabel = (app: string) =>
        client.patch('ConfigMap', name('a'), { metadata: { labels: { app } } })
      await relabel('y')
      await client.patch('ConfigMap', name('a'), { data: { v: '2' } })
      await relabel('x')
      await client.delete('ConfigMap', name('a'))
      await settle()
      expect(seen.map(describeEvent)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
    }),
  )

  test(
    'a watch hears nothing of other kinds or namespaces, and nothing after its stop',
    withClient(async (client, settle) => {
      const { resourceVersion } = await client.list('ConfigMap')
      const seen: WatchEvent<'ConfigMap'>[] = []
      const options = { resourceVersion, namespace: 'default' }
      const watch = client.watch('ConfigMap', options, (event) => seen.push(event))
      const metadata = { name: 'other' }
      await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
      await client.create('ConfigMap', {
        ...configMap('a'),
        metadata: { name: 'a', namespace: 'other' },
      })
      await client.create('ConfigMap', configMap('mine'))
      await settle()
      watch.stop()
      await client.create('ConfigMap', configMap('late'))
      await settle()
      expect(seen.map(describeEvent)).toEqual(['ADDED mine'])
    }),
  )

  test(
    'a listener may write, and is told of its own writes after the event that it answers',
    withClient(async (client, settle) => {
      const { resourceVersion } = await client.list('ConfigMap')
      const seen: string[] = []
      const writes: Promise<unknown>[] = []
      client.watch('ConfigMap', { resourceVersion, namespace: 'default' }, (event) => {
        seen.push(describeEvent(event))
        if (seen.length < 4) writes.push(client.create('ConfigMap', configMap(`n${seen.length}`)))
      })
      await client.create('ConfigMap', configMap('n0'))
      await settle()
      await Promise.all(writes)
      await settle()
      expect(seen).toEqual(['ADDED n0', 'ADDED n1', 'ADDED n2', 'ADDED n3'])
    }),
  )
}

function watchAll(
  client: Client,
  options: ListOptions & { readonly resourceVersion: string },
): readonly WatchEvent<'ConfigMap'>[] {
  const seen: WatchEvent<'ConfigMap'>[] = []
  client.watch('ConfigMap', options, (event) => seen.push(event))
  return seen
}

function versionOf(event: WatchEvent<'ConfigMap'>): number {
  return 'object' in event ? Number(event.object.metadata.resourceVersion) : Number.NaN
}

function applyEvent(state: Map<string, ConfigMap>, event: WatchEvent<'ConfigMap'>): void {
  if (!('object' in event)) throw new Error(`the watch ended: ${event.type}`)
  const { name } = event.object.metadata
  if (event.type === 'DELETED') state.delete(name)
  else state.set(name, event.object)
}

function byName(a: ConfigMap, b: ConfigMap): number {
  return a.metadata.name < b.metadata.name ? -1 : 1
}
