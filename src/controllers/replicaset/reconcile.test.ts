import { describe, expect, test } from 'vitest'
import type { Pod } from '../../api/pod.ts'
import { podOf, readyStatus, replicaSetOf } from '../testing/objects.ts'
import { reconcileReplicaSet } from './reconcile.ts'
import { slowStartBatches } from './slow-start.ts'

const NOW_MS = Date.parse('2026-01-01T00:01:00Z')
const GOING = { deletionTimestamp: '2026-01-01T00:01:00Z' }

function owned(name: string, changes: Parameters<typeof podOf>[1] = {}): Pod {
  const ownerReferences = [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web-0',
      uid: 'replica-set-uid-0',
      controller: true,
    },
  ]
  return podOf(name, { ...changes, metadata: { ownerReferences, ...changes.metadata } })
}

function reconcile(
  size: number,
  pods: readonly Pod[],
  options: { isSettled?: boolean; minReadySeconds?: number } = {},
) {
  const { isSettled = true, minReadySeconds } = options
  const plain = replicaSetOf(0, size)
  const spec = minReadySeconds === undefined ? plain.spec : { ...plain.spec, minReadySeconds }
  const view = { replicaSet: { ...plain, spec }, pods, isSettled, relatedPods: () => pods }
  return reconcileReplicaSet(view, NOW_MS)
}

describe('slow start (replica_set_test.go, TestSlowStartBatch)', () => {
  test.each([
    [0, []],
    [1, [1]],
    [3, [1, 2]],
    [10, [1, 2, 4, 3]],
  ])('%i pods', (count, batches) => {
    expect(slowStartBatches(count)).toEqual(batches)
  })
})

describe('the number of pods', () => {
  test('what is missing is created, 500 at most in one pass', () => {
    expect(reconcile(3, [owned('a')]).change).toMatchObject({ type: 'create-pods', count: 2 })
    expect(reconcile(900, []).change).toMatchObject({ type: 'create-pods', count: 500 })
  })

  test('a pod is made from the template, with the ReplicaSet as its controller', () => {
    const { change } = reconcile(1, [])
    expect(change).toMatchObject({
      pod: {
        metadata: {
          name: '',
          generateName: 'web-0-',
          namespace: 'default',
          labels: { app: 'web' },
          ownerReferences: [
            { uid: 'replica-set-uid-0', controller: true, blockOwnerDeletion: true },
          ],
        },
        spec: { containers: [{ image: 'web:old0' }] },
      },
    })
  })

  test('terminating and finished pods count for nothing', () => {
    const pods = [
      owned('going', { metadata: GOING }),
      owned('failed', { status: { phase: 'Failed' } }),
      owned('done', { status: { phase: 'Succeeded' } }),
    ]
    expect(reconcile(2, pods).change).toMatchObject({ type: 'create-pods', count: 2 })
  })

  test('surplus pods are deleted, the unready ones first', () => {
    const pods = [owned('a', { status: readyStatus('10.0.0.1') }), owned('b'), owned('c')]
    expect(reconcile(1, pods).change).toEqual({ type: 'delete-pods', pods: [pods[1], pods[2]] })
  })

  test('while own writes are not in the cache, nothing is created or deleted', () => {
    expect(reconcile(3, [], { isSettled: false }).change).toEqual({ type: 'none' })
    expect(reconcile(0, [owned('a')], { isSettled: false }).change).toEqual({ type: 'none' })
  })
})

describe('claims', () => {
  test('an orphan that the selector matches is adopted and counts at once', () => {
    const decision = reconcile(1, [podOf('a', {})])
    expect(decision.adopt.map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([
      'replica-set-uid-0',
    ])
    expect(decision.change).toEqual({ type: 'none' })
  })

  test('a pod whose label was changed is released and replaced', () => {
    const decision = reconcile(1, [owned('a', { metadata: { labels: { app: 'debug' } } })])

    expect(decision.release).toHaveLength(1)
    expect(decision.release[0]?.metadata.ownerReferences).toBeUndefined()
    expect(decision.change).toMatchObject({ type: 'create-pods', count: 1 })
  })

  test("another controller's pod is nobody else's business", () => {
    const foreign = owned('a', {
      metadata: {
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'x', controller: true },
        ],
      },
    })
    const decision = reconcile(0, [foreign])
    expect([decision.adopt, decision.release]).toEqual([[], []])
  })
})

describe('status', () => {
  test('counts existing, labelled, ready and available pods, and no terminating one', () => {
    const pods = [
      owned('a', { status: readyStatus('10.0.0.1') }),
      owned('b', { status: readyStatus('10.0.0.2', false) }),
      owned('c', { metadata: GOING }),
    ]
    expect(reconcile(2, pods).status(undefined)).toEqual({
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 1,
      availableReplicas: 1,
    })
  })

  test('a ready pod is available after minReadySeconds, and the pass is repeated then', () => {
    const pods = [owned('a', { status: readyStatus('10.0.0.1') })]
    const waiting = reconcile(1, pods, { minReadySeconds: 90 })
    expect(waiting.status(undefined)).toMatchObject({ readyReplicas: 1 })
    expect(waiting.status(undefined)?.availableReplicas).toBeUndefined()
    expect(waiting.requeueAt).toBe(Date.parse('2026-01-01T00:01:30Z'))
    const over = reconcile(1, pods, { minReadySeconds: 60 })
    expect(over.status(undefined)).toMatchObject({ availableReplicas: 1 })
    expect(over.requeueAt).toBeUndefined()
  })

  test('a failure is a condition, of creation or of deletion', () => {
    const refused = reconcile(1, []).status('quota exceeded')
    expect(refused?.conditions).toMatchObject([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota exceeded' },
    ])
    const stuck = reconcile(0, [owned('a')]).status('no')
    expect(stuck?.conditions).toMatchObject([{ reason: 'FailedDelete' }])
  })
})
