import { describe, expect, test } from 'vitest'
import type { Node } from '../../api/core.ts'
import type { Pod } from '../../api/pod.ts'
import { podOf } from '../testing/objects.ts'
import { podsOn } from '../testing/pods-on.ts'
import { schedulePod } from './reconcile.ts'

/** Nodes as they were when the messages below were recorded from Kubernetes 1.34.4: 2 CPUs, 1Gi, 20 pods each. */
const NODES: readonly Node[] = [
  nodeOf('ctl-1', { ctl: 'on', zone: 'a' }),
  nodeOf('ctl-2', { ctl: 'on', zone: 'b' }),
  { ...nodeOf('fake-1', {}), spec: {} },
]

function nodeOf(name: string, labels: Record<string, string>): Node {
  const amounts = { cpu: '2', memory: '1Gi', pods: '20' }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...labels, 'kubernetes.io/hostname': name } },
    spec: { taints: [{ key: 'ctl', value: 'on', effect: 'NoSchedule' }] },
    status: { allocatable: amounts, conditions: [{ type: 'Ready', status: 'True' }] },
  }
}

const TOLERATIONS = [{ key: 'ctl', operator: 'Exists' as const }]
const FIRST = { ctl: 'on', 'kubernetes.io/hostname': 'ctl-1' }

const requests = (amounts: Record<string, string>, ports: object[] = []) => ({
  containers: [{ name: 'c', ports, resources: { requests: amounts } }],
})
const term = (labels: Record<string, string>, topologyKey = 'kubernetes.io/hostname') => ({
  topologyKey,
  labelSelector: { matchLabels: labels },
})
const antiAffinity = {
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({ g: 'anti' })] },
}
const spread = (constraint: object) => ({
  topologySpreadConstraints: [
    { maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...term({ g: 'spread' }), ...constraint },
  ],
})

const RUNNING: readonly (readonly [string, Pod])[] = [
  [
    'ctl-2',
    podOf('a-anti-1', { metadata: { labels: { g: 'anti' } }, spec: { affinity: antiAffinity } }),
  ],
  [
    'ctl-1',
    podOf('a-anti-2', { metadata: { labels: { g: 'anti' } }, spec: { affinity: antiAffinity } }),
  ],
  ['ctl-1', podOf('a-port', { spec: requests({}, [{ containerPort: 80, hostPort: 80 }]) })],
  ['ctl-1', podOf('a-cpu', { spec: requests({ cpu: '1500m', memory: '100Mi' }) })],
  ['ctl-1', podOf('a-spread', { metadata: { labels: { g: 'spread' } } })],
]

function schedule(spec: object, labels: Record<string, string> = {}, nodes = NODES) {
  const pod = podOf('b', {
    metadata: { labels },
    spec: { nodeName: undefined, nodeSelector: { ctl: 'on' }, tolerations: TOLERATIONS, ...spec },
    status: { phase: 'Pending' },
  })
  const views = nodes.map((node) => ({
    node,
    on: podsOn(
      RUNNING.filter(([name]) => name === node.metadata.name).map(([, running]) => running),
    ),
  }))
  return schedulePod({ pod, nodes: views, labelsOfNamespace: () => undefined }, 0)
}

const unhelpful = (count: number) => `${count} Preemption is not helpful for scheduling`
const victimless = (count: number) => `${count} No preemption victims found for incoming pod`
const unwanted = (count: number) => `${count} node(s) didn't match Pod's node affinity/selector`

describe('messages as Kubernetes told them', () => {
  test.each<[string, object, Record<string, string>, string, string]>([
    [
      'more than the node has',
      requests({ cpu: '5' }),
      {},
      `${unwanted(1)}, 2 Insufficient cpu`,
      unhelpful(3),
    ],
    [
      'more than is left',
      { ...requests({ cpu: '1' }), nodeSelector: FIRST },
      {},
      `1 Insufficient cpu, ${unwanted(2)}`,
      `${victimless(1)}, ${unhelpful(2)}`,
    ],
    [
      'too much of two resources',
      requests({ cpu: '5', memory: '5Gi' }),
      {},
      `${unwanted(1)}, 2 Insufficient cpu, 2 Insufficient memory`,
      unhelpful(3),
    ],
    [
      'a taint',
      { tolerations: [] },
      {},
      `${unwanted(1)}, 2 node(s) had untolerated taint(s)`,
      unhelpful(3),
    ],
    [
      'a port in use',
      { ...requests({}, [{ containerPort: 80, hostPort: 80 }]), nodeSelector: FIRST },
      {},
      `1 node(s) didn't have free ports for the requested pod ports, ${unwanted(2)}`,
      `${victimless(1)}, ${unhelpful(2)}`,
    ],
    [
      'its own anti-affinity',
      { affinity: antiAffinity },
      { g: 'anti' },
      `${unwanted(1)}, 2 node(s) didn't match pod anti-affinity rules`,
      `${unhelpful(1)}, ${victimless(2)}`,
    ],
    [
      "others' anti-affinity",
      {},
      { g: 'anti' },
      `${unwanted(1)}, 2 node(s) didn't satisfy existing pods anti-affinity rules`,
      `${unhelpful(1)}, ${victimless(2)}`,
    ],
    [
      'affinity to nobody',
      {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({ g: 'none' })] },
        },
      },
      {},
      `${unwanted(1)}, 2 node(s) didn't match pod affinity rules`,
      unhelpful(3),
    ],
    [
      'a domain that no node is in',
      spread({ topologyKey: 'rack' }),
      {},
      `${unwanted(1)}, 2 node(s) didn't match pod topology spread constraints (missing required label)`,
      unhelpful(3),
    ],
    [
      'a skew',
      { ...spread({ nodeAffinityPolicy: 'Ignore' }), nodeSelector: FIRST },
      { g: 'spread' },
      `1 node(s) didn't match pod topology spread constraints, ${unwanted(2)}`,
      `${victimless(1)}, ${unhelpful(2)}`,
    ],
    ['a selector', { nodeSelector: { nope: 'x' } }, {}, unwanted(3), unhelpful(3)],
    [
      'a domain that every JavaScript object is in',
      spread({ topologyKey: 'constructor' }),
      {},
      `${unwanted(1)}, 2 node(s) didn't match pod topology spread constraints (missing required label)`,
      unhelpful(3),
    ],
    [
      'a node that is not there',
      {
        nodeSelector: {},
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['ctl-9'] }] },
              ],
            },
          },
        },
      },
      {},
      `3 node(s) didn't satisfy plugin(s) [NodeAffinity]`,
      unhelpful(3),
    ],
  ])('%s', (_what, spec, labels, reasons, preemption) => {
    const none = '0/3 nodes are available:'
    const message = `${none} ${reasons}. no new claims to deallocate, preemption: ${none} ${preemption}.`
    expect(schedule(spec, labels)).toMatchObject({ type: 'refuse', message })
  })
})

const prefer = (zone: string) => ({
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 10,
          preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] },
        },
      ],
    },
  },
})
const near = (kind: string) => ({
  affinity: {
    [kind]: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 10, podAffinityTerm: term({ g: 'spread' }) },
      ],
    },
  },
})

describe('the choice among nodes that can have the pod', () => {
  test.each<[string, object, string]>([
    ['the one with more room', requests({ cpu: '100m' }), 'ctl-2'],
    ['the preferred one', prefer('a'), 'ctl-1'],
    ['the one where its friends are', near('podAffinity'), 'ctl-1'],
    ['the one where they are not', near('podAntiAffinity'), 'ctl-2'],
    ['the emptier domain', spread({ whenUnsatisfiable: 'ScheduleAnyway' }), 'ctl-2'],
  ])('is %s', (_what, spec, nodeName) => {
    expect(schedule(spec)).toMatchObject({ type: 'place', nodeName })
  })

  test('a node that asks pods to stay away comes last', () => {
    const [first, second] = [nodeOf('a', { ctl: 'on' }), nodeOf('b', { ctl: 'on' })]
    const shy = { ...first, spec: { taints: [{ key: 'old', effect: 'PreferNoSchedule' }] } }
    expect(schedule({}, {}, [shy, second])).toMatchObject({ type: 'place', nodeName: 'b' })
  })

  test('the first of a group that wants to be together may go anywhere', () => {
    const together = {
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({ g: 'new' })] },
      },
    }
    expect(schedule(together, { g: 'new' })).toMatchObject({ type: 'place' })
  })

  test('a cordoned node takes only pods that tolerate it', () => {
    const cordoned = NODES.slice(0, 1).map((node) => ({ ...node, spec: { unschedulable: true } }))
    const toleration = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }
    expect(schedule({}, {}, cordoned).type).toBe('refuse')
    expect(schedule({ tolerations: [toleration] }, {}, cordoned).type).toBe('place')
  })

  test('a pod with scheduling gates waits, and nothing is told', () => {
    expect(schedule({ schedulingGates: [{ name: 'example.com/wait' }] })).toEqual({ type: 'none' })
  })
})

test('a pod without wishes about others is placed without a look at each of them', () => {
  const looked: string[] = []
  const on = {
    count: 1_000,
    taken: new Map(),
    portUsers: [],
    loners: [],
    countOfController: () => 3,
  }
  const nodes = NODES.map((node) => ({
    node,
    on: {
      ...on,
      get pods() {
        looked.push(node.metadata.name)
        return []
      },
    },
  }))
  const pod = podOf('b', { spec: { tolerations: TOLERATIONS, nodeName: undefined } })
  const roomy = nodes.map(({ node, on }) => ({
    node: { ...node, status: { ...node.status, allocatable: { cpu: '2', pods: '2000' } } },
    on,
  }))
  const decision = schedulePod({ pod, nodes: roomy, labelsOfNamespace: () => undefined }, 0)
  expect([decision.type, looked]).toEqual(['place', []])
})
