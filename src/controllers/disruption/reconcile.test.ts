import { describe, expect, test } from 'vitest'
import type { DisruptionStatus, PodDisruptionBudget } from '../../api/disruption.ts'
import { deploymentOf, podOf, readyStatus, replicaSetOf } from '../testing/objects.ts'
import { formatGoSelector } from './go-selector.ts'
import { reconcileBudget } from './reconcile.ts'

const NOW = '2026-01-01T00:10:00Z'
const NOW_MS = Date.parse(NOW)
const SOURCES = {
  replicaSet: (name: string) => (name === 'web-1' ? replicaSetOf(1, 4) : undefined),
  deployment: (name: string) => (name === 'web' ? deploymentOf({ replicas: 4 }) : undefined),
}

function budgetOf(
  spec: Omit<PodDisruptionBudget['spec'], 'selector'>,
  status?: DisruptionStatus,
): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'guard', namespace: 'default', generation: 1 },
    spec: { ...spec, selector: { matchLabels: { app: 'web' } } },
    ...(status === undefined ? {} : { status }),
  }
}

const OWNER = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: 'web-1',
  uid: 'replica-set-uid-1',
  controller: true,
}

function pod(name: string, changes: { ready?: boolean; owner?: object; metadata?: object } = {}) {
  const { ready = true, owner = OWNER, metadata = {} } = changes
  return podOf(name, {
    metadata: { ownerReferences: [owner], ...metadata },
    status: readyStatus('10.0.0.1', ready),
  })
}

const FOUR = ['a', 'b', 'c', 'd'].map((name) => pod(name))
const decide = (budget: PodDisruptionBudget, pods = FOUR) =>
  reconcileBudget({ budget, pods, sources: SOURCES }, NOW_MS)

describe('how many pods may go', () => {
  test.each([
    [{ maxUnavailable: '30%' }, FOUR, [4, 2, 4, 2]],
    [{ maxUnavailable: 1 }, FOUR, [4, 3, 4, 1]],
    [{ maxUnavailable: 9 }, FOUR, [4, 0, 4, 4]],
    [{ minAvailable: '50%' }, FOUR, [4, 2, 4, 2]],
    [{ minAvailable: '51%' }, FOUR, [4, 3, 4, 1]],
    // What is wanted counts, not what is there.
    [{ maxUnavailable: 1 }, FOUR.slice(0, 3), [3, 3, 4, 0]],
    [{ minAvailable: 2 }, FOUR.slice(0, 3), [3, 2, 3, 1]],
    [{ minAvailable: 2 }, [], [0, 2, 0, 0]],
    [{ minAvailable: 0 }, [pod('constructor')], [1, 0, 1, 1]],
    [{ maxUnavailable: 1 }, [pod('a', { ready: false }), ...FOUR.slice(1)], [3, 3, 4, 0]],
    [
      { maxUnavailable: 2 },
      [pod('a', { metadata: { deletionTimestamp: NOW } }), ...FOUR.slice(1)],
      [3, 2, 4, 1],
    ],
  ])('%j of these pods', (spec, pods, [healthy, desired, expected, allowed]) => {
    const status = decide(budgetOf(spec), pods).next?.status
    const [sufficient, reason] =
      allowed === 0 ? ['False', 'InsufficientPods'] : ['True', 'SufficientPods']
    expect(status).toMatchObject({
      observedGeneration: 1,
      currentHealthy: healthy,
      expectedPods: expected,
      disruptionsAllowed: allowed,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: sufficient,
          reason,
          message: '',
          observedGeneration: 1,
          lastTransitionTime: NOW,
        },
      ],
    })
    expect(status?.desiredHealthy).toBe(desired)
  })

  test('nothing is written when nothing has changed', () => {
    const budget = budgetOf({ maxUnavailable: 1 })
    const { next } = decide(budget)
    expect(decide(next ?? budget).next).toBeUndefined()
  })
})

const since = (seconds: number) => ({
  disruptedPods: { a: new Date(NOW_MS - seconds * 1_000).toISOString().replace('.000', '') },
  disruptionsAllowed: 0,
  currentHealthy: 3,
  desiredHealthy: 3,
  expectedPods: 4,
})

describe('pods that are being evicted', () => {
  test('do not count as healthy for two minutes', () => {
    const { next, requeueAtMs } = decide(budgetOf({ maxUnavailable: 2 }, since(30)))
    expect(next?.status).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 })
    expect(next?.status?.disruptedPods).toHaveProperty('a')
    expect(requeueAtMs).toBe(NOW_MS + 90_001)
  })

  test('count again when they are still there afterwards', () => {
    const { next, events } = decide(budgetOf({ maxUnavailable: 2 }, since(121)))
    expect(next?.status).toMatchObject({ currentHealthy: 4, disruptionsAllowed: 2 })
    expect(next?.status?.disruptedPods).toBeUndefined()
    expect(events.map(({ reason, message }) => [reason, message])).toEqual([
      ['NotDeleted', "Pod was expected by PDB default/default to be deleted but it wasn't"],
    ])
  })
})

describe('what cannot be told', () => {
  test.each([
    [
      'an unknown kind',
      { ...OWNER, apiVersion: 'example.com/v1', kind: 'Robot' },
      'no matches for kind "Robot" in version "example.com/v1"',
    ],
    ['a controller that is gone', { ...OWNER, name: 'gone' }, 'found no controllers for pod "a"'],
    [
      'a kind without a size',
      { ...OWNER, apiVersion: 'v1', kind: 'Service' },
      'services does not implement the scale subresource',
    ],
  ])('of %s allows nothing', (_what, owner, why) => {
    const { next, events } = decide(budgetOf({ maxUnavailable: 1 }), [pod('a', { owner })])
    expect(next?.status?.conditions).toEqual([
      {
        type: 'DisruptionAllowed',
        status: 'False',
        reason: 'SyncFailed',
        message: why,
        lastTransitionTime: NOW,
      },
    ])
    expect(next?.status?.disruptionsAllowed).toBe(0)
    expect(events).toEqual([
      {
        type: 'Warning',
        reason: 'CalculateExpectedPodCountFailed',
        message: `Failed to calculate the number of expected pods: ${why}`,
      },
    ])
  })

  test('pods without a controller are told, and a number of pods does not need one', () => {
    const bare = [podOf('a', { status: readyStatus('10.0.0.1') })]
    const { next, events } = decide(budgetOf({ maxUnavailable: 1 }), bare)
    expect(next?.status).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 })
    expect(events.map(({ reason }) => reason)).toEqual(['UnmanagedPods'])
    expect(decide(budgetOf({ minAvailable: 0 }), bare).next?.status?.disruptionsAllowed).toBe(1)
  })
})

test('a pod called `constructor` is like any other, also while another one is being evicted', () => {
  const status: DisruptionStatus = {
    disruptedPods: { a: NOW },
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
  }
  const pods = [...FOUR.slice(0, 3), pod('constructor')]
  const { next } = decide(budgetOf({ maxUnavailable: 1 }, status), pods)
  expect(next?.status).toMatchObject({ disruptedPods: { a: NOW }, currentHealthy: 3 })
})

test('a selector is printed as Go prints it', () => {
  expect(formatGoSelector({ matchLabels: { app: 'web' } })).toBe(
    '&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}',
  )
})
