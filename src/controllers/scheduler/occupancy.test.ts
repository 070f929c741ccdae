import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf } from '../../api/meta.ts'
import { isPodTerminal, type Pod } from '../../api/pod.ts'
import { podOf } from '../testing/objects.ts'
import { podsOn } from '../testing/pods-on.ts'
import type { NodePods } from './node-pods.ts'
import { Occupancy } from './occupancy.ts'

const antiAffinity = {
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] },
}

const somePod = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    nodeName: fc.constantFrom(undefined, 'one', 'two'),
    cpu: fc.constantFrom('100m', '1', '0'),
    phase: fc.constantFrom('Running', 'Succeeded'),
    hostPort: fc.constantFrom(0, 80),
    isLoner: fc.boolean(),
    controller: fc.constantFrom('x', 'y'),
  })
  .map(({ name, nodeName, cpu, phase, hostPort, isLoner, controller }) =>
    podOf(name, {
      metadata: {
        uid: name,
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            name: 'x',
            uid: controller,
            controller: true,
          },
        ],
      },
      spec: {
        nodeName,
        ...(isLoner ? { affinity: antiAffinity } : {}),
        containers: [
          {
            name: 'c',
            ports: [{ containerPort: 80, hostPort }],
            resources: { requests: { cpu } },
          },
        ],
      },
      status: { phase },
    }),
  )

test('whatever came and went, the counts are those of counting anew', () => {
  const change = fc.oneof(somePod, fc.constantFrom('a', 'b', 'c', 'd'))
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const occupancy = new Occupancy()
      const pods = new Map<string, Pod>()
      for (const one of changes) {
        const key = typeof one === 'string' ? `default/${one}` : keyOf(one)
        if (typeof one === 'string') pods.delete(key)
        else pods.set(key, one)
        occupancy.put(key, pods.get(key))
      }
      for (const nodeName of ['one', 'two']) {
        const here = [...pods.values()].filter(
          (pod) => pod.spec.nodeName === nodeName && !isPodTerminal(pod),
        )
        expect(told(occupancy.on(nodeName))).toEqual(told(podsOn(here)))
      }
    }),
  )
})

function told(on: NodePods) {
  const { count, pods, taken, portUsers, loners } = on
  return {
    count,
    pods,
    // A resource of which nothing is taken may be told or not.
    taken: [...taken].filter(([, amount]) => amount !== 0n),
    portUsers,
    loners,
    controllers: ['x', 'y'].map((uid) => on.countOfController(uid)),
  }
}

test('a pod that was placed counts before the cache shows it, and once', () => {
  const occupancy = new Occupancy()
  const waiting = podOf('web', { metadata: { uid: 'u' }, spec: { nodeName: undefined } })
  const placed = podOf('web', { metadata: { uid: 'u' }, spec: { nodeName: 'one' } })
  expect(occupancy.put('default/web', waiting)).toBe('none')
  occupancy.assume('default/web', waiting, 'one')
  expect([occupancy.isAssumed(waiting), occupancy.on('one').count]).toEqual([true, 1])
  expect(occupancy.put('default/web', { ...waiting, status: {} })).toBe('none')
  expect(occupancy.put('default/web', placed)).toBe('taken')
  expect([occupancy.isAssumed(waiting), occupancy.on('one').count]).toEqual([false, 1])
})

test('a placement goes with its pod, and another pod of that name is not taken for it', () => {
  const occupancy = new Occupancy()
  const first = podOf('web', { metadata: { uid: '1' }, spec: { nodeName: undefined } })
  const second = podOf('web', { metadata: { uid: '2' }, spec: { nodeName: undefined } })
  occupancy.assume('default/web', first, 'one')
  expect(occupancy.put('default/web', second)).toBe('freed')
  expect([occupancy.isAssumed(first), occupancy.on('one').count]).toEqual([false, 0])
})

const sitting = podOf('web', { metadata: { labels: { a: 'b' } }, spec: { nodeName: 'one' } })

test.each<[string, Pod | undefined, 'freed' | 'none']>([
  ['goes', undefined, 'freed'],
  ['finishes', { ...sitting, status: { phase: 'Failed' } }, 'freed'],
  [
    'begins to end',
    { ...sitting, metadata: { ...sitting.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
    'freed',
  ],
  [
    'has other labels',
    { ...sitting, metadata: { ...sitting.metadata, labels: { a: 'c' } } },
    'freed',
  ],
  ['turns ready', { ...sitting, status: { phase: 'Running' } }, 'none'],
])('a pod that %s', (_name, next, change) => {
  const occupancy = new Occupancy()
  expect(occupancy.put('default/web', sitting)).toBe('taken')
  expect(occupancy.put('default/web', next)).toBe(change)
})
