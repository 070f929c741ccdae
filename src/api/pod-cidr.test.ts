import { expect, test } from 'vitest'
import type { Node } from './core.ts'
import type { Pod } from './pod.ts'
import { freePodCidr, rangeAfter, usablePodCidr, usedPodCidrs } from './pod-cidr.ts'

const ALL_BUT_FOUR = Array.from({ length: 256 }, (_, third) => `10.244.${third}.0/24`).filter(
  (cidr) => cidr !== '10.244.4.0/24',
)

test.each<[title: string, used: string[], from: number, chosen: string | undefined]>([
  ['the first node gets the first range', [], 0, '10.244.0.0/24'],
  ['a range of another node is left', ['10.244.0.0/24'], 0, '10.244.1.0/24'],
  ['a larger range covers several', ['10.244.0.0/22'], 2, '10.244.4.0/24'],
  ['so does a smaller one', ['10.244.0.128/25'], 0, '10.244.1.0/24'],
  ['a pod takes the range that it is in', ['10.244.0.7', '10.244.1.9'], 0, '10.244.2.0/24'],
  [
    'networks of others do not matter',
    ['192.168.0.0/24', 'fd00::/64', '10.96.0.1'],
    0,
    '10.244.0.0/24',
  ],
  ['the search goes around', ALL_BUT_FOUR, 200, '10.244.4.0/24'],
  ['no range is left', ['10.0.0.0/8'], 0, undefined],
  ['what is no range takes none', ['10.244', '', '10.244.0.0/99'], 0, '10.244.0.0/24'],
])('%s', (_title, used, from, chosen) => expect(freePodCidr(used, from)).toBe(chosen))

test('the next node gets the next range, so that one that was given back rests', () => {
  expect(rangeAfter('10.244.0.0/24')).toBe(1)
  expect(rangeAfter('10.244.255.0/24')).toBe(0)
  expect(rangeAfter('192.168.0.0/24')).toBe(0)
})

const node = (name: string, rest: Partial<Node> = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  ...rest,
})
const pod = (nodeName: string, podIP: string, rest: { phase?: 'Failed' } = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: podIP },
  spec: { nodeName, containers: [] },
  status: { podIP, phase: rest.phase ?? 'Running' },
})

test('used are the ranges of other nodes and the addresses of their living pods', () => {
  const nodes = [
    node('own', { spec: { podCIDR: '10.244.0.0/24' } }),
    node('given', { spec: { podCIDRs: ['10.244.1.0/24', 'fd00::/64'] } }),
    node('chosen', {
      metadata: { name: 'chosen', annotations: { 'hitless/pod-cidr': '10.244.2.0/24' } },
    }),
    node('neither'),
  ]
  const pods = [
    pod('own', '10.244.0.2'),
    pod('neither', '10.244.3.2'),
    pod('neither', '10.244.4.2', { phase: 'Failed' }),
  ]
  expect(usedPodCidrs({ nodes, pods }, 'own')).toEqual([
    '10.244.1.0/24',
    'fd00::/64',
    '10.244.2.0/24',
    '10.244.3.2',
  ])
})

test.each([
  [['fd00::/64', '10.42.3.0/24'], '10.42.3.0/24'],
  [['10.42.3.7/24'], '10.42.3.0/24'],
  [['10.42.3.0/30'], undefined],
  [['fd00::/64'], undefined],
  [[], undefined],
])('of %j pods can have addresses of %s', (cidrs, usable) => {
  expect(usablePodCidr(cidrs)).toBe(usable)
})
