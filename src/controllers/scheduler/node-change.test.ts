import { expect, test } from 'vitest'
import type { Node } from '../../api/core.ts'
import { mayAdmitOthers } from './node-change.ts'

const NODE: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'a', labels: { zone: 'x' }, resourceVersion: '1' },
  spec: {},
  status: {
    allocatable: { cpu: '2' },
    conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' }],
  },
}

test.each<[string, Node | undefined, boolean]>([
  ['is gone', undefined, true],
  ['has other labels', { ...NODE, metadata: { name: 'a', labels: { zone: 'y' } } }, true],
  ['is cordoned', { ...NODE, spec: { unschedulable: true } }, true],
  ['has a taint', { ...NODE, spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }, true],
  ['has more room', { ...NODE, status: { ...NODE.status, allocatable: { cpu: '4' } } }, true],
  [
    'is not ready any more',
    { ...NODE, status: { ...NODE.status, conditions: [{ type: 'Ready', status: 'False' }] } },
    true,
  ],
  [
    'has sent a heartbeat',
    {
      ...NODE,
      metadata: { ...NODE.metadata, resourceVersion: '2', annotations: { seen: 'now' } },
      status: {
        allocatable: { cpu: '2' },
        conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:05:00Z' }],
      },
    },
    false,
  ],
])('a node that %s', (_name, current, isOfInterest) => {
  expect(mayAdmitOthers(current, NODE)).toBe(isOfInterest)
})

test('a new node is', () => {
  expect(mayAdmitOthers(NODE, undefined)).toBe(true)
})
