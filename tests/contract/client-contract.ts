import { describe, expect, test } from 'vitest'
import { isApiError } from '../../src/api/api-error.ts'
import type { Pod } from '../../src/api/pod.ts'
import type { Client } from '../../src/client/client.ts'
import {
  configMap,
  labelled,
  name,
  withClientOf,
  type MakeClient,
  type WithClient,
} from './client-fixtures.ts'
import { describeWatches } from './client-watch-contract.ts'

/** What every Client promises, whatever is behind it. */
export function describeClient(name: string, makeClient: MakeClient): void {
  describe(name, () => {
    const withClient = withClientOf(makeClient)
    describeReading(withClient)
    describeWriting(withClient)
    describeDeleting(withClient)
    describeWatches(withClient)
  })
}

function describeReading(withClient: WithClient): void {
  test(
    'an object is read back as it was stored, with what the server filled in',
    withClient(async (client) => {
      const created = await client.create('ConfigMap', configMap('a', { color: 'blue' }))
      expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
      expect(created.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      expect(await client.get('ConfigMap', name('a'))).toEqual(created)
    }),
  )

  test(
    'a list is sorted by namespace and name, and narrowed by namespace and labels',
    withClient(async (client) => {
      const metadata = { name: 'other' }
      await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
      for (const each of ['b', 'c', 'a']) {
        await client.create('ConfigMap', labelled(configMap(each), { app: each }))
      }
      await client.create('ConfigMap', {
        ...configMap('z'),
        metadata: { name: 'z', namespace: 'other' },
      })
      const keys = async (options?: Parameters<Client['list']>[1]) => {
        const { items } = await client.list('ConfigMap', options)
        return items.map((item) => `${item.metadata.namespace}/${item.metadata.name}`)
      }
      expect(await keys({ namespace: 'default' })).toEqual(['default/a', 'default/b', 'default/c'])
      expect(await keys({ namespace: 'other' })).toEqual(['other/z'])
      expect(await keys()).toEqual(['default/a', 'default/b', 'default/c', 'other/z'])
      const labelSelector = {
        matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'c'] }],
      } as const
      expect(await keys({ labelSelector })).toEqual(['default/a', 'default/c'])
    }),
  )

  test(
    'what is not there is NotFound, with its resource and name',
    withClient(async (client) => {
      await expect(client.get('Deployment', name('web'))).rejects.toThrow(
        'deployments.apps "web" not found',
      )
      await expect(client.patch('Pod', name('x'), {})).rejects.toSatisfy(notFound)
      await expect(client.update('ConfigMap', configMap('x'))).rejects.toSatisfy(notFound)
      await expect(client.delete('Pod', name('x'))).rejects.toSatisfy(notFound)
      const elsewhere = { ...configMap('a'), metadata: { name: 'a', namespace: 'nowhere' } }
      await expect(client.create('ConfigMap', elsewhere)).rejects.toThrow(
        'namespaces "nowhere" not found',
      )
    }),
  )
}

function describeWriting(withClient: WithClient): void {
  test(
    'a name is taken once',
    withClient(async (client) => {
      await client.create('ConfigMap', configMap('a'))
      await expect(client.create('ConfigMap', configMap('a'))).rejects.toThrow(
        'configmaps "a" already exists',
      )
    }),
  )

  test(
    'generateName gives names of their own',
    withClient(async (client) => {
      const names = new Set<string>()
      for (let index = 0; index < 5; index++) {
        const created = await client.create('ConfigMap', {
          ...configMap(''),
          metadata: { name: '', generateName: 'web-', namespace: 'default' },
        })
        expect(created.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
        names.add(created.metadata.name)
      }
      expect(names.size).toBe(5)
    }),
  )

  test(
    'an update of an old version is a Conflict, one without a version is not',
    withClient(async (client) => {
      const first = await client.create('ConfigMap', configMap('a', { v: '1' }))
      const second = await client.update('ConfigMap', { ...first, data: { v: '2' } })
      expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(
        Number(first.metadata.resourceVersion),
      )
      await expect(client.update('ConfigMap', { ...first, data: { v: '3' } })).rejects.toThrow(
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
      )
      const third = await client.update('ConfigMap', configMap('a', { v: '3' }))
      expect(third.data).toEqual({ v: '3' })
      expect(third.metadata.uid).toBe(first.metadata.uid)
    }),
  )

  test(
    'a change of nothing makes no new version',
    withClient(async (client) => {
      const created = await client.create('ConfigMap', configMap('a', { v: '1' }))
      expect(await client.update('ConfigMap', created)).toEqual(created)
      expect(await client.patch('ConfigMap', name('a'), { data: { v: '1' } })).toEqual(created)
    }),
  )

  test(
    'a merge patch sets, merges and removes',
    withClient(async (client) => {
      await client.create('ConfigMap', configMap('a', { keep: '1', change: '1', drop: '1' }))
      const patch = {
        data: { change: '2', drop: null, add: '2' },
        metadata: { labels: { l: 'm' } },
      }
      const patched = await client.patch('ConfigMap', name('a'), patch)
      expect(patched.data).toEqual({ keep: '1', change: '2', add: '2' })
      expect(patched.metadata.labels).toEqual({ l: 'm' })
    }),
  )

  test(
    'apply makes an object, changes it, and takes away what it no longer names, and nothing of others',
    withClient(async (client) => {
      const first = configMap('a', { keep: '1', drop: '1' })
      expect((await client.apply('ConfigMap', first, 'me')).data).toEqual({ keep: '1', drop: '1' })
      await client.patch('ConfigMap', name('a'), { data: { other: '1', keep: '2' } })
      const second = await client.apply('ConfigMap', configMap('a', { keep: '3' }), 'me')
      expect(second.data).toEqual({ keep: '3', other: '1' })
    }),
  )

  test(
    'status is written through its subresource only, and by it nothing else',
    withClient(async (client) => {
      const created = await client.create('Pod', pod('a'))
      const main = { spec: { activeDeadlineSeconds: 60 }, status: { phase: 'Running' } }
      const spec = await client.patch('Pod', name('a'), main)
      expect([spec.spec.activeDeadlineSeconds, spec.status?.phase]).toEqual([60, 'Pending'])
      expect(spec.metadata.generation).toBe((created.metadata.generation ?? 0) + 1)
      const options = { subresource: 'status' } as const
      const sub = { spec: { activeDeadlineSeconds: 50 }, status: { phase: 'Running' } }
      const status = await client.patch('Pod', name('a'), sub, options)
      expect([status.spec.activeDeadlineSeconds, status.status?.phase]).toEqual([60, 'Running'])
      expect(status.metadata.generation).toBe(spec.metadata.generation)
    }),
  )

  test(
    'a pod is bound to a node once, and its conditions say so',
    withClient(async (client) => {
      await client.create('Pod', pod('a', { schedulerName: 'nobody' }))
      await client.bind?.(name('a'), 'node-1', Date.parse('2026-01-01T00:00:00Z'))
      const { spec, status } = await client.get('Pod', name('a'))
      expect(spec.nodeName).toBe('node-1')
      expect(status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }])
      await expect(client.bind?.(name('a'), 'node-2', 0)).rejects.toThrow(
        'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "node-1"',
      )
    }),
  )

  test(
    'an invalid object is refused with the field in the message and in the causes',
    withClient(async (client) => {
      const wrong = { ...configMap('Bad_Name') }
      const refused = client.create('ConfigMap', wrong)
      await expect(refused).rejects.toThrow(/^ConfigMap "Bad_Name" is invalid: metadata\.name: /)
      await expect(refused).rejects.toMatchObject({
        reason: 'Invalid',
        causes: [{ field: 'metadata.name' }],
      })
    }),
  )
}

function describeDeleting(withClient: WithClient): void {
  test(
    'all that a list would show are deleted, and what has finalizers lingers',
    withClient(async (client) => {
      for (const each of ['a', 'b']) {
        await client.create('ConfigMap', labelled(configMap(each), { app: 'x' }))
      }
      await client.create('ConfigMap', labelled(configMap('other'), { app: 'y' }))
      const held = labelled(configMap('held'), { app: 'x' })
      const finalizers = ['example.com/wait']
      await client.create('ConfigMap', { ...held, metadata: { ...held.metadata, finalizers } })
      const wanted = { namespace: 'default', labelSelector: { matchLabels: { app: 'x' } } }
      await client.deleteCollection('ConfigMap', wanted)
      // Once more: what is going already is no fault.
      await client.deleteCollection('ConfigMap', wanted)
      const { items } = await client.list('ConfigMap', { namespace: 'default' })
      const left = items.map(({ metadata }) => [
        metadata.name,
        metadata.deletionTimestamp !== undefined,
      ])
      expect(left).toEqual([
        ['held', true],
        ['other', false],
      ])
    }),
  )

  test(
    'an object without finalizers is gone at once',
    withClient(async (client) => {
      await client.create('ConfigMap', configMap('a'))
      await client.delete('ConfigMap', name('a'))
      await expect(client.get('ConfigMap', name('a'))).rejects.toSatisfy(notFound)
    }),
  )

  test(
    'an object with finalizers goes when the last of them does',
    withClient(async (client) => {
      const metadata = { name: 'a', namespace: 'default', finalizers: ['example.com/wait'] }
      await client.create('ConfigMap', { ...configMap('a'), metadata })
      await client.delete('ConfigMap', name('a'))
      const waiting = await client.get('ConfigMap', name('a'))
      expect(waiting.metadata.deletionTimestamp).toBeDefined()
      await client.patch('ConfigMap', name('a'), { metadata: { finalizers: null } })
      await expect(client.get('ConfigMap', name('a'))).rejects.toSatisfy(notFound)
    }),
  )

  test(
    'a pod on a node is given its grace period, which a second deletion can only shorten',
    withClient(async (client) => {
      await client.create('Pod', pod('a', { nodeName: 'n', terminationGracePeriodSeconds: 20 }))
      const graceAfter = async (gracePeriodSeconds?: number) => {
        await client.delete(
          'Pod',
          name('a'),
          gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds },
        )
        return (await client.get('Pod', name('a'))).metadata.deletionGracePeriodSeconds
      }
      expect(await graceAfter()).toBe(20)
      expect(await graceAfter(40)).toBe(20)
      expect(await graceAfter(5)).toBe(5)
      await client.delete('Pod', name('a'), { gracePeriodSeconds: 0 })
      await expect(client.get('Pod', name('a'))).rejects.toSatisfy(notFound)
    }),
  )

  test(
    'a precondition that does not hold is a Conflict',
    withClient(async (client) => {
      const { metadata } = await client.create('ConfigMap', configMap('a'))
      const preconditions = { uid: 'another' }
      await expect(client.delete('ConfigMap', name('a'), { preconditions })).rejects.toThrow(
        `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (another) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
      )
      await client.delete('ConfigMap', name('a'), {
        preconditions: { uid: metadata.uid ?? '' },
      })
    }),
  )
}

function pod(name: string, spec: Partial<Pod['spec']> = {}): Pod {
  const containers = [{ name: 'app', image: 'app:v1' }]
  const metadata = { name, namespace: 'default' }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } }
}

function notFound(error: unknown): boolean {
  return isApiError(error, 'NotFound')
}
