import { expect, test } from 'vitest'
import type { Node } from '../../api/core.ts'
import { podOf } from '../testing/objects.ts'
import { decideEviction, type EvictionDecision, type Planned } from './reconcile.ts'

const NODE: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node' },
  spec: {
    taints: [
      { key: 'down', effect: 'NoExecute' },
      { key: 'new', effect: 'NoSchedule' },
    ],
  },
}
const SOUND: Node = { ...NODE, spec: {} }
const BEARS = { key: 'down', operator: 'Exists', effect: 'NoExecute' }
const NOW_MS = 1_000_000
const PLANNED = { dueMs: NOW_MS + 5_000 }

test.each<[string, object, Node | undefined, Planned | undefined, EvictionDecision]>([
  ['no taint', {}, SOUND, undefined, { type: 'stay', isCancelled: false }],
  ['no taint any more', {}, SOUND, PLANNED, { type: 'stay', isCancelled: true }],
  ['no toleration', {}, NODE, undefined, { type: 'evict' }],
  [
    'a toleration for ever',
    { tolerations: [BEARS] },
    NODE,
    PLANNED,
    { type: 'stay', isCancelled: true },
  ],
  [
    'a toleration for a time',
    { tolerations: [{ ...BEARS, tolerationSeconds: 300 }] },
    NODE,
    undefined,
    { type: 'wait', planned: { dueMs: NOW_MS + 300_000 } },
  ],
  [
    'the time goes on',
    { tolerations: [{ ...BEARS, tolerationSeconds: 300 }] },
    NODE,
    PLANNED,
    { type: 'wait', planned: PLANNED },
  ],
  [
    'the time is over',
    { tolerations: [{ ...BEARS, tolerationSeconds: 300 }] },
    NODE,
    { dueMs: NOW_MS },
    { type: 'evict' },
  ],
  [
    'no time at all',
    { tolerations: [{ ...BEARS, tolerationSeconds: -1 }] },
    NODE,
    undefined,
    { type: 'evict' },
  ],
  ['a node that is gone', {}, undefined, PLANNED, { type: 'wait', planned: PLANNED }],
])('%s', (_what, spec, node, planned, decision) => {
  expect(decideEviction({ pod: podOf('a', { spec }), node }, planned, NOW_MS)).toEqual(decision)
})

test('a pod that is being deleted already is left alone', () => {
  const pod = podOf('a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })
  const decision = decideEviction({ pod, node: NODE }, PLANNED, NOW_MS)
  expect(decision).toEqual({ type: 'stay', isCancelled: false })
})
