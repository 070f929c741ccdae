import { expect, test } from 'vitest'
import type { FactBody } from '../timeline/fact.ts'
import { emptySituation, isComplete, podsOf, type Situation, withFact } from './situation.ts'

const situationAfter = (...facts: readonly FactBody[]): Situation =>
  facts.reduce((situation, fact) => withFact(situation, { ...fact, at: 0 }), emptySituation())

const COMPLETE = {
  kind: 'deployment-observed',
  deployment: { kind: 'Deployment', namespace: 'default', name: 'web' },
  strategy: 'RollingUpdate',
  observed: true,
  desired: 3,
  replicas: 3,
  updated: 3,
  ready: 3,
  available: 3,
} as const satisfies FactBody

test.each([
  ['all replicas are updated and available', {}, true],
  ['the status does not speak of the newest spec', { observed: false }, false],
  ['an old replica is still there', { replicas: 4 }, false],
  ['a replica is of the old template', { updated: 2 }, false],
  ['a replica is ready but not yet available', { available: 2 }, false],
])('a rollout in which %s', (_, changes, expected) => {
  const situation = situationAfter({ ...COMPLETE, ...changes })
  expect(isComplete(situation.deployments.get('default/web'))).toBe(expected)
})

test('a Deployment nobody has seen is not complete', () => {
  expect(isComplete(undefined)).toBe(false)
})

const podOf = (uid: string, replicaSet: string, namespace = 'default'): FactBody => ({
  kind: 'pod-observed',
  pod: { namespace, name: uid, uid },
  owner: { kind: 'ReplicaSet', namespace, name: replicaSet },
  images: [],
  phase: 'Running',
  ready: true,
  restarts: 0,
})

const replicaSetOf = (name: string, deployment: string, namespace = 'default'): FactBody => ({
  kind: 'replicaset-observed',
  replicaSet: { kind: 'ReplicaSet', namespace, name },
  deployment,
  desired: 1,
  ready: 1,
  images: [],
})

const namesIn = (situation: Situation) =>
  podsOf(situation, { namespace: 'default', name: 'web' }).map(({ pod }) => pod.uid)

test('the pods of a Deployment are those of its ReplicaSets in its namespace, until they are removed', () => {
  const facts = [
    replicaSetOf('web-1', 'web'),
    replicaSetOf('other-1', 'other'),
    replicaSetOf('web-1', 'web', 'elsewhere'),
    podOf('a', 'web-1'),
    podOf('b', 'other-1'),
    podOf('c', 'web-1', 'elsewhere'),
    podOf('d', 'web-1'),
  ]
  expect(namesIn(situationAfter(...facts))).toEqual(['a', 'd'])
  const removed: FactBody = {
    kind: 'pod-removed',
    pod: { namespace: 'default', name: 'a', uid: 'a' },
  }
  expect(namesIn(situationAfter(...facts, removed))).toEqual(['d'])
})
