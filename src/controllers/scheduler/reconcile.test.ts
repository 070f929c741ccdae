import { describe, expect, test } from 'vitest'
import type { Node } from '../../api/core.ts'
import { podOf } from '../testing/objects.ts'
import { podsOn } from '../testing/pods-on.ts'
import { schedulePod } from './reconcile.ts'

const NOW_MS = Date.parse('2026-01-01T00:00:00Z')

function node(
  name: string,
  ready: 'True' | 'False' | 'Unknown' = 'True',
  spec: Node['spec'] = {},
): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec,
    status: { conditions: [{ type: 'Ready', status: ready }] },
  }
}

function schedule(
  nodes: readonly Node[],
  counts: Readonly<Record<string, number>> = {},
  changes = {},
) {
  const pod = podOf('web-1', {
    spec: { nodeName: undefined },
    status: { phase: 'Pending' },
    ...changes,
  })
  const views = nodes.map((one) => {
    const { name } = one.metadata
    const pods = Array.from({ length: counts[name] ?? 0 }, (_, index) => podOf(`old-${index}`, {}))
    return { node: one, on: podsOn(pods) }
  })
  return schedulePod({ pod, nodes: views, labelsOfNamespace: () => undefined }, NOW_MS)
}

describe('placement', () => {
  test('the ready node with the fewest pods gets the pod, of equals the first', () => {
    const nodes = [node('a'), node('b'), node('c'), node('d', 'False')]
    expect(schedule(nodes, { a: 2, b: 1, c: 1 })).toEqual({
      type: 'place',
      nodeName: 'b',
      condition: {
        type: 'PodScheduled',
        status: 'True',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
      message: 'Successfully assigned default/web-1 to b',
    })
  })

  test.each([
    ['placed already', { spec: { nodeName: 'b' } }],
    ['being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }],
    ["another scheduler's", { spec: { nodeName: undefined, schedulerName: 'mine' } }],
    ['finished', { spec: { nodeName: undefined }, status: { phase: 'Failed' } }],
  ])('a pod that is %s is left alone', (_what, changes) => {
    expect(schedule([node('a')], {}, changes)).toEqual({ type: 'none' })
  })
})

describe('a pod that fits nowhere', () => {
  test.each<[string, readonly Node[], string]>([
    ['no nodes', [], 'no nodes available to schedule pods'],
    [
      'unready ones',
      [node('a', 'False')],
      '0/1 nodes are available: 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
    [
      'several reasons',
      [node('a', 'True', { unschedulable: true }), node('b', 'Unknown'), node('c', 'Unknown')],
      '0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    ],
  ])('is told why: %s', (_what, nodes, message) => {
    expect(schedule(nodes)).toEqual({
      type: 'refuse',
      message,
      condition: {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message,
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    })
  })

  test('it is told once for each reason', () => {
    const first = schedule([])
    const conditions = first.type === 'refuse' ? [first.condition] : []
    const again = { status: { phase: 'Pending', conditions } }
    expect(schedule([], {}, again)).toEqual({ type: 'wait' })
    expect(schedule([node('a', 'False')], {}, again).type).toBe('refuse')
  })
})
