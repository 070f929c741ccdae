import { describe, expect, test } from 'vitest'
import type { ConfigMap } from '../api/core.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from '../store/store.ts'
import type { Client, WatchEvent } from './client.ts'
import { inProcessClient } from './in-process-client.ts'
import { newInformer, type Informer } from './informer.ts'

describe('an informer', () => {
  test('holds what is listed and what is watched, sorted by key', async () => {
    const { store, clock, informer } = newCluster()
    store.create('ConfigMap', configMap('b'))
    expect(informer.list()).toEqual([])
    await informer.start()
    store.create('ConfigMap', configMap('a'))
    store.create('ConfigMap', configMap('c'))
    store.delete('ConfigMap', { name: 'b' })
    await clock.advance(0)
    expect(namesOf(informer)).toEqual(['a', 'c'])
    expect(informer.get('default/a')).toBe(store.get('ConfigMap', { name: 'a' }))
    expect(informer.get('default/b')).toBeUndefined()
  })

  test('tells of every change what is and what was', async () => {
    const { store, clock, informer } = newCluster()
    store.create('ConfigMap', configMap('a'))
    const seen = tellingOf(informer)
    await informer.start()
    store.patch('ConfigMap', { name: 'a' }, { data: { v: '2' } })
    store.delete('ConfigMap', { name: 'a' })
    await clock.advance(0)
    expect(seen).toEqual(['default/a: - → 1', 'default/a: 1 → 2', 'default/a: 2 → -'])
  })

  test('tells a late listener once of all that is there', async () => {
    const { store, clock, informer } = newCluster()
    store.create('ConfigMap', configMap('a'))
    await informer.start()
    const seen = tellingOf(informer)
    expect(seen).toEqual(['default/a: - → 1'])
    const fromInside: string[][] = []
    informer.onChange(() => {
      if (fromInside.length === 0) fromInside.push([], tellingOf(informer))
    })
    store.create('ConfigMap', configMap('b'))
    await clock.advance(0)
    expect(seen).toEqual(['default/a: - → 1', 'default/b: - → 1'])
    expect(fromInside[1]).toEqual(['default/a: - → 1', 'default/b: - → 1'])
  })

  test('finds the objects of an owner, through changes of hands', async () => {
    const { store, clock, informer } = newCluster()
    await informer.start()
    store.create('ConfigMap', owned('b', 'uid-1'))
    store.create('ConfigMap', owned('a', 'uid-1'))
    store.create('ConfigMap', configMap('nobodys'))
    await clock.advance(0)
    const ownedBy = (uid: string) => informer.byOwner(uid).map(({ metadata }) => metadata.name)
    expect(ownedBy('uid-1')).toEqual(['a', 'b'])
    store.update('ConfigMap', owned('a', 'uid-2'))
    store.delete('ConfigMap', { name: 'b' })
    await clock.advance(0)
    expect([ownedBy('uid-1'), ownedBy('uid-2')]).toEqual([[], ['a']])
    store.patch('ConfigMap', { name: 'a' }, { metadata: { ownerReferences: null } })
    await clock.advance(0)
    expect(ownedBy('uid-2')).toEqual([])
  })

  test('is silent after its stop and leaves no timer', async () => {
    const { store, clock, informer } = newCluster()
    const seen = tellingOf(informer)
    await informer.start()
    store.create('ConfigMap', configMap('a'))
    informer.stop()
    await clock.advance(5_000)
    expect([seen, clock.timerCount]).toEqual([[], 0])
  })

  test('rejects its start when the first list is refused', async () => {
    const { clock, client } = newCluster()
    const refusing = { ...client, list: () => Promise.reject(new Error('no')) }
    await expect(newInformer(refusing, clock, 'ConfigMap').start()).rejects.toThrow('no')
  })
})

describe('after a watch that ended an informer lists again', () => {
  test.each(['EXPIRED', 'CLOSED'] as const)(
    'one second later (%s), and tells what it missed',
    async (type) => {
      const { store, clock, client, cut } = newCluster()
      const informer = newInformer(client, clock, 'ConfigMap')
      for (const each of ['gone', 'changed', 'same', 'replaced']) {
        store.create('ConfigMap', configMap(each))
      }
      const seen = tellingOf(informer)
      await informer.start()
      await clock.advance(0)
      seen.length = 0
      cut(type)
      store.delete('ConfigMap', { name: 'gone' })
      store.patch('ConfigMap', { name: 'changed' }, { data: { v: '2' } })
      store.delete('ConfigMap', { name: 'replaced' })
      store.create('ConfigMap', configMap('replaced'))
      store.create('ConfigMap', configMap('new'))
      await clock.advance(999)
      expect(seen).toEqual([])
      await clock.advance(1)
      expect(seen).toEqual([
        'default/gone: 1 → -',
        'default/replaced: 1 → -',
        'default/changed: 1 → 2',
        'default/new: - → 1',
        'default/replaced: - → 1',
      ])
      store.create('ConfigMap', configMap('watched'))
      await clock.advance(0)
      expect(seen.at(-1)).toBe('default/watched: - → 1')
      expect(informer.list()).toEqual(store.list('ConfigMap').items)
    },
  )

  test('and waits longer each time until a list is answered and something happens', async () => {
    const { store, clock, client, cut } = newCluster()
    const listedAt: number[] = []
    const flaky: Client = {
      ...client,
      list: (kind, options) => {
        listedAt.push(clock.monotonicNs() / 1e9)
        const isBroken = listedAt.length > 1 && listedAt.length < 4
        return isBroken ? Promise.reject(new Error('not yet')) : client.list(kind, options)
      },
    }
    const informer = newInformer(flaky, clock, 'ConfigMap')
    await informer.start()
    cut('CLOSED')
    await clock.advance(10_000)
    expect([listedAt, clock.timerCount]).toEqual([[0, 1, 3, 7], 0])
    store.create('ConfigMap', configMap('watched'))
    await clock.advance(0)
    cut('CLOSED')
    await clock.advance(1_000)
    expect(listedAt.at(-1)).toBe(11)
  })

  test('not when it is stopped meanwhile', async () => {
    const { clock, client, cut } = newCluster()
    const informer = newInformer(client, clock, 'ConfigMap')
    await informer.start()
    cut('CLOSED')
    informer.stop()
    expect(clock.timerCount).toBe(0)
  })
})

/** A client whose watches can be cut. */
function newCluster() {
  const clock = newVirtualClock()
  const store = new Store({ clock, random: seededRandom(7) })
  const real = inProcessClient(store)
  const cuts: ((type: 'EXPIRED' | 'CLOSED') => void)[] = []
  const client: Client = {
    ...real,
    watch: (kind, options, onEvent) => {
      const watch = real.watch(kind, options, onEvent)
      cuts.push((type) => {
        watch.stop()
        const end: WatchEvent<typeof kind> = { type }
        onEvent(end)
      })
      return watch
    },
  }
  const cut = (type: 'EXPIRED' | 'CLOSED') => {
    for (const each of cuts.splice(0)) each(type)
  }
  return { clock, store, client, cut, informer: newInformer(client, clock, 'ConfigMap') }
}

/** `key: previous → current`, by their data. */
function tellingOf(informer: Informer<'ConfigMap'>): string[] {
  const seen: string[] = []
  informer.onChange(({ key, current, previous }) => {
    seen.push(`${key}: ${valueOf(previous)} → ${valueOf(current)}`)
  })
  return seen
}

function valueOf(map: ConfigMap | undefined): string {
  return map?.data?.['v'] ?? '-'
}

function namesOf(informer: Informer<'ConfigMap'>): readonly string[] {
  return informer.list().map(({ metadata }) => metadata.name)
}

function configMap(name: string): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { v: '1' } }
}

function owned(name: string, uid: string): ConfigMap {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'o', uid, controller: true }
  const map = configMap(name)
  return { ...map, metadata: { name, namespace: 'default', ownerReferences: [owner] } }
}
