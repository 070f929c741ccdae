import { expect, test } from 'vitest'
import { withGateCondition, withLabelKeys } from './pod-creation.ts'

// What is expected here was read from kube-apiserver 1.34.4.

const SELECTOR = { matchLabels: { app: 'web' } }

function specOf(spec: object): unknown {
  const metadata = { labels: { app: 'web', hash: 'abc' } }
  return withLabelKeys({ metadata, spec })['spec']
}

test('the keys of a constraint are folded into its selector, as far as the pod has them', () => {
  const constraint = { labelSelector: SELECTOR, matchLabelKeys: ['hash', 'nope'] }
  expect(specOf({ topologySpreadConstraints: [constraint] })).toEqual({
    topologySpreadConstraints: [
      {
        ...constraint,
        labelSelector: {
          ...SELECTOR,
          matchExpressions: [{ key: 'hash', operator: 'In', values: ['abc'] }],
        },
      },
    ],
  })
})

test.each(['podAffinity', 'podAntiAffinity'])('those of %s too, for and against', (kind) => {
  const own = [{ key: 'tier', operator: 'Exists' }]
  const term = {
    labelSelector: { matchExpressions: own },
    matchLabelKeys: ['hash'],
    mismatchLabelKeys: ['app'],
  }
  const folded = {
    ...term,
    labelSelector: {
      matchExpressions: [
        ...own,
        { key: 'hash', operator: 'In', values: ['abc'] },
        { key: 'app', operator: 'NotIn', values: ['web'] },
      ],
    },
  }
  const terms = (one: object) => ({
    affinity: {
      [kind]: {
        requiredDuringSchedulingIgnoredDuringExecution: [one],
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: one }],
      },
    },
  })
  expect(specOf(terms(term))).toEqual(terms(folded))
})

test.each([
  [{}],
  [{ topologySpreadConstraints: [{ matchLabelKeys: ['hash'] }] }],
  [{ topologySpreadConstraints: [{ matchLabelKeys: ['toString'], labelSelector: {} }] }],
  [{ affinity: { podAffinity: {} } }],
])('%j stays as it is', (spec) => {
  expect(specOf(spec)).toBe(spec)
})

test('a pod that is held back says so', () => {
  const metadata = { creationTimestamp: '2026-01-01T00:00:00Z' }
  const spec = { schedulingGates: [{ name: 'a' }] }
  const pod = { metadata, spec, status: { phase: 'Pending' } }
  expect(withGateCondition(pod)['status']).toEqual({
    phase: 'Pending',
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  })
  const free = { ...pod, spec: {} }
  expect(withGateCondition(free)).toBe(free)
})
