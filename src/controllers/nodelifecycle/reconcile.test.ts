import { describe, expect, test } from 'vitest'
import type { Node, NodeCondition } from '../../api/core.ts'
import type { Lease } from '../../api/lease.ts'
import type { Taint } from '../../api/scheduling.ts'
import { noScheduleTaints } from './node-taints.ts'
import { monitorNodes, NO_MEMORY, type Memory, type NodeAction } from './reconcile.ts'

const START_MS = Date.parse('2026-01-01T00:00:00Z')
const at = (seconds: number) =>
  new Date(START_MS + seconds * 1_000).toISOString().replace('.000', '')

function nodeOf(
  name: string,
  options: { ready?: NodeCondition['status']; heartbeat?: number; taints?: readonly Taint[] } = {},
): Node {
  const { ready = 'True', heartbeat = 0, taints = [] } = options
  const condition = {
    type: 'Ready',
    status: ready,
    reason: 'KubeletReady',
    lastHeartbeatTime: at(heartbeat),
  }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `${name}-uid`, creationTimestamp: at(0) },
    spec: { taints },
    status: { conditions: [condition] },
  }
}

function leaseOf(renewed: number): Lease {
  const metadata = { name: 'a', namespace: 'kube-node-lease' }
  const spec = { renewTime: at(renewed).replace('Z', '.000000Z') }
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }
}

/** Looks at the nodes every 5 s from second `from` to second `to`, both included. */
function watch(
  nodes: readonly Node[],
  [from, to]: readonly [number, number],
  options: { memory?: Memory; lease?: (seconds: number) => Lease | undefined } = {},
) {
  let { memory = NO_MEMORY } = options
  const actions: (NodeAction & { readonly second: number })[] = []
  for (let second = from; second <= to; second += 5) {
    const lease = (name: string) => (name === 'a' ? options.lease?.(second) : undefined)
    const step = monitorNodes({ nodes, leaseOf: lease }, memory, START_MS + second * 1_000)
    memory = step.memory
    actions.push(...step.actions.map((action) => ({ ...action, second })))
  }
  return { memory, actions }
}

const brief = (actions: readonly (NodeAction & { second: number })[]) =>
  actions.map(
    (action) => `${action.second} ${action.type === 'event' ? action.reason : action.type}`,
  )

describe('a node that is silent', () => {
  test('is lost after 50 s, with its pods', () => {
    const { actions } = watch([nodeOf('a'), nodeOf('b', { heartbeat: 9 })], [0, 50])
    expect(brief(actions)).toEqual(['0 RegisteredNode', '0 RegisteredNode'])
    const lost = watch([nodeOf('a')], [0, 55]).actions.slice(1)
    expect(brief(lost)).toEqual(['55 set-conditions', '55 NodeNotReady', '55 mark-pods'])
    expect(lost[0]).toMatchObject({
      conditions: [
        {
          type: 'Ready',
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastHeartbeatTime: at(0),
          lastTransitionTime: at(55),
        },
        ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
          type,
          status: 'Unknown',
          reason: 'NodeStatusNeverUpdated',
          message: 'Kubelet never posted node status.',
          lastHeartbeatTime: at(0),
          lastTransitionTime: at(55),
        })),
      ],
    })
  })

  test('is alive as long as its Lease is renewed', () => {
    const { actions } = watch([nodeOf('a')], [0, 255], {
      lease: (second) => leaseOf(Math.min(second, 200)),
    })
    expect(brief(actions).slice(1)).toEqual([
      '255 set-conditions',
      '255 NodeNotReady',
      '255 mark-pods',
    ])
  })

  test('without any status is lost after 60 s, and nobody is told', () => {
    const { status: _status, ...silent } = nodeOf('a')
    expect(brief(watch([silent], [0, 65]).actions)).toEqual([
      '0 RegisteredNode',
      '65 set-conditions',
    ])
  })
})

const unknown = (name: string, taints: readonly Taint[] = []) =>
  nodeOf(name, { ready: 'Unknown', taints })
const taintsOf = (actions: readonly (NodeAction & { second: number })[]) =>
  actions.flatMap((action) =>
    action.type === 'set-taints'
      ? [
          `${action.second} ${action.node.metadata.name} ${action.taints.map(({ key }) => key).join()}`,
        ]
      : [],
  )

describe('pods of nodes that are not ready have to go', () => {
  test('of one node after the other, ten seconds apart', () => {
    // Nothing is written here, so that the same is wanted again and again.
    const { actions } = watch([unknown('a'), nodeOf('b')], [0, 15])
    expect(taintsOf(actions)).toEqual([
      '0 a node.kubernetes.io/unreachable',
      '10 a node.kubernetes.io/unreachable',
    ])
  })

  test('of none when all nodes are lost', () => {
    const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }
    expect(taintsOf(watch([unknown('a', [taint]), unknown('b')], [0, 0]).actions)).toEqual(['0 a '])
  })

  test('of none when so many are lost that the network is to blame', () => {
    const nodes = [unknown('a'), unknown('b'), unknown('c'), nodeOf('d')]
    expect(taintsOf(watch(nodes, [0, 30]).actions)).toEqual([])
  })

  test('another reason takes the place of the first at once, and readiness takes it away', () => {
    const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: at(0) }
    const nodes = [nodeOf('a', { taints: [taint] }), unknown('b', [taint]), nodeOf('c')]
    expect(taintsOf(watch(nodes, [0, 0]).actions)).toEqual([
      '0 a ',
      '0 b node.kubernetes.io/unreachable',
    ])
  })
})

test('a node that is gone is told', () => {
  const { memory } = watch([nodeOf('a')], [0, 0])
  expect(watch([], [5, 5], { memory }).actions).toEqual([
    {
      type: 'event',
      nodeName: 'a',
      uid: 'a-uid',
      reason: 'RemovingNode',
      message: 'Node a event: Removing Node a from Controller',
      second: 5,
    },
  ])
})

describe('taints that keep new pods away', () => {
  const mine = { key: 'mine', value: 'x', effect: 'NoSchedule' }
  const unreachable = { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }

  test.each<[string, Node, readonly string[] | undefined]>([
    ['a ready node has none', nodeOf('a', { taints: [mine] }), undefined],
    ['a lost one', nodeOf('a', { ready: 'Unknown', taints: [mine] }), ['mine', unreachable.key]],
    ['an unready one', nodeOf('a', { ready: 'False' }), ['node.kubernetes.io/not-ready']],
    ['one that is back', nodeOf('a', { taints: [unreachable, mine] }), ['mine']],
    ['one that has it', nodeOf('a', { ready: 'Unknown', taints: [unreachable] }), undefined],
    [
      'a cordoned one',
      { ...nodeOf('a'), spec: { unschedulable: true } },
      ['node.kubernetes.io/unschedulable'],
    ],
  ])('%s', (_what, node, keys) => {
    expect(noScheduleTaints(node, START_MS)?.map(({ key }) => key)).toEqual(keys)
  })
})
