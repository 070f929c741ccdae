import { expect, test } from 'vitest'
import type { Node } from '../../api/core.ts'
import type { Pod } from '../../api/pod.ts'
import { podOf } from '../testing/objects.ts'
import { collectPods } from './reconcile.ts'

const DELETED = { deletionTimestamp: '2026-01-01T00:00:00Z' }

function node(ready: 'True' | 'False', ...taints: readonly string[]): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node' },
    spec: { taints: taints.map((key) => ({ key, effect: 'NoExecute' })) },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  }
}

const collected = (pods: readonly Pod[], nodes: readonly Node[]) =>
  collectPods({ pods, nodes, missingSince: new Map() }, 0).pods.map(({ metadata }) => metadata.name)

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

test.each<[string, Pod, Node, boolean]>([
  ['runs', podOf('web', {}), node('True'), false],
  ['ends on its node', podOf('web', { metadata: DELETED }), node('False'), false],
  [
    'ends on a node out of service',
    podOf('web', { metadata: DELETED }),
    node('False', OUT_OF_SERVICE),
    true,
  ],
  [
    'ends on a node out of service that is ready all the same',
    podOf('web', { metadata: DELETED }),
    node('True', OUT_OF_SERVICE),
    false,
  ],
  ['runs on a node out of service', podOf('web', {}), node('False', OUT_OF_SERVICE), false],
  [
    'ends without a node',
    podOf('web', { metadata: DELETED, spec: { nodeName: undefined } }),
    node('True'),
    true,
  ],
  ['waits for a node', podOf('web', { spec: { nodeName: undefined } }), node('True'), false],
])('a pod that %s', (_name, pod, its, isCollected) => {
  expect(collected([pod], [its])).toEqual(isCollected ? ['web'] : [])
})

test('of pods that have ended 12500 stay: the evicted go first, then the oldest', () => {
  const ended = Array.from({ length: 12_500 }, (_, index) =>
    podOf(`pod-${index}`, {
      metadata: { creationTimestamp: '2026-01-02T00:00:00Z' },
      status: { phase: 'Succeeded' },
    }),
  )
  const running = podOf('running', {})
  expect(collected([...ended, running], [node('True')])).toEqual([])
  const old = podOf('old', {
    metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
    status: { phase: 'Failed' },
  })
  const evicted = podOf('evicted', {
    metadata: { creationTimestamp: '2026-01-03T00:00:00Z' },
    status: { phase: 'Failed', reason: 'Evicted' },
  })
  expect(collected([...ended, old, evicted], [node('True')])).toEqual(['evicted', 'old'])
})

test('the pods of a node that is missing go after 40 s without it, counted from when it was first missed', () => {
  const pods = [podOf('web', {})]
  const look = (atMs: number, missingSince: ReadonlyMap<string, number>, nodes: readonly Node[]) =>
    collectPods({ pods, nodes, missingSince }, atMs)
  const first = look(1_000, new Map(), [])
  expect([...first.missingSince, first.orphans.size]).toEqual([['node', 1_000], 0])
  expect(look(40_999, first.missingSince, []).orphans.size).toBe(0)
  expect([...look(41_000, first.missingSince, []).orphans]).toEqual([['node', pods]])
  const back = look(20_000, first.missingSince, [node('False')])
  expect([back.missingSince.size, back.orphans.size]).toEqual([0, 0])
})
