import { describe, expect, test } from 'vitest'
import type { Condition } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { deploymentOf, podOf, replicaSetOf, templateOf } from '../testing/objects.ts'
import type { DeploymentAction } from './actions.ts'
import { judgeNameClash } from './new-replica-set.ts'
import { reconcileDeployment } from './reconcile.ts'

const NOW_MS = Date.parse('2026-01-01T00:10:00Z')

function reconcile(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  pods: readonly Pod[] = [],
) {
  return reconcileDeployment({ deployment, replicaSets, podsOf: () => pods }, NOW_MS)
}

/** `create web-x 3`, `update web-0 8`, `event Scaled …`, `status`. */
function inWords(actions: readonly DeploymentAction[]): readonly string[] {
  return actions.map((action) => {
    switch (action.type) {
      case 'event':
        return `event ${action.message}`
      case 'update-status':
        return 'status'
      case 'create-replica-set':
      case 'update-replica-set':
      case 'delete-replica-set':
      case 'adopt-replica-set':
      case 'release-replica-set': {
        const [verb] = action.type.split('-')
        return `${verb} ${action.replicaSet.metadata.name} ${action.replicaSet.spec.replicas}`
      }
    }
  })
}

function statusIn(actions: readonly DeploymentAction[]) {
  const update = actions.find((action) => action.type === 'update-status')
  return update?.deployment.status
}

function progressOf(conditions: readonly Condition[] | undefined) {
  return conditions?.find(({ type }) => type === 'Progressing')
}

const rollingUpdate = { maxSurge: '25%', maxUnavailable: '25%' }
const rolling = deploymentOf({ strategy: { type: 'RollingUpdate', rollingUpdate } })

describe('a first pass', () => {
  test('the pass that creates the new ReplicaSet also scales the old one down', () => {
    const counts = { replicas: 10, updatedReplicas: 10, readyReplicas: 10, availableReplicas: 10 }
    const { actions } = reconcile({ ...rolling, status: counts }, [replicaSetOf(0, 10)])
    const name = actions.find(({ type }) => type === 'create-replica-set')
    const created = name?.type === 'create-replica-set' ? name.replicaSet.metadata.name : ''
    expect(inWords(actions)).toEqual([
      `create ${created} 3`,
      `event Scaled up replica set ${created} from 0 to 3`,
      'update web-0 8',
      'event Scaled down replica set web-0 from 10 to 8',
      'status',
    ])
    const status = statusIn(actions)
    expect(status).toMatchObject({ replicas: 10, unavailableReplicas: 1, availableReplicas: 10 })
    expect(progressOf(status?.conditions)).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetCreated',
      message: `Created new replica set "${created}"`,
    })
  })

  test('a new ReplicaSet carries hash, owner, sizes and revision', () => {
    const { actions } = reconcile(rolling, [])
    const [action] = actions
    const made = action?.type === 'create-replica-set' ? action.replicaSet : undefined
    const hash = made?.metadata.labels?.['pod-template-hash']
    expect(made).toMatchObject({
      metadata: {
        name: `web-${hash}`,
        labels: { app: 'web' },
        annotations: {
          'deployment.kubernetes.io/desired-replicas': '10',
          'deployment.kubernetes.io/max-replicas': '13',
          'deployment.kubernetes.io/revision': '1',
        },
        ownerReferences: [{ kind: 'Deployment', uid: 'deployment-uid', controller: true }],
      },
      spec: {
        selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } },
        template: { metadata: { labels: { app: 'web', 'pod-template-hash': hash } } },
      },
    })
  })

  test('a name of 253 characters is cut so that the hash fits', () => {
    const long = { ...rolling, metadata: { ...rolling.metadata, name: 'w'.repeat(253) } }
    const [action] = reconcile(long, []).actions
    const made = action?.type === 'create-replica-set' ? action.replicaSet : undefined
    expect(made?.metadata.name).toHaveLength(253)
  })

  test('with zero replicas there is no scaling event, and the rollout is complete at once', () => {
    const { actions } = reconcile(deploymentOf({ replicas: 0 }), [])
    expect(actions.map(({ type }) => type)).toEqual(['create-replica-set', 'update-status'])
    expect(progressOf(statusIn(actions)?.conditions)?.reason).toBe('NewReplicaSetAvailable')
  })

  test('the deadline is looked at one second after it has passed', () => {
    expect(reconcile(rolling, []).requeueAt).toBe(NOW_MS + 601_000)
  })

  test('a selector of everything is refused', () => {
    const { actions } = reconcile(deploymentOf({ selector: {} }), [replicaSetOf(0, 3)])
    expect(inWords(actions)).toEqual([
      'event This deployment is selecting all pods. A non-empty selector is required.',
      'status',
    ])
  })
})

function orphan(image: string): ReplicaSet {
  const { metadata, ...rest } = replicaSetOf(0, 10, { image })
  const { ownerReferences: _owners, ...free } = metadata
  return { ...rest, metadata: free }
}

describe('whose ReplicaSet it is', () => {
  test('an orphan with the wanted template becomes the new one, without a hash label', () => {
    const { actions } = reconcile(rolling, [orphan('web:v1')])
    expect(inWords(actions)).toEqual(['adopt web-0 10', 'update web-0 10', 'status'])
    expect(progressOf(statusIn(actions)?.conditions)?.reason).toBe('NewReplicaSetAvailable')
  })

  test('one that the selector no longer matches is released', () => {
    const old = replicaSetOf(0, 10, { image: 'web:v1' })
    const other = { ...old, metadata: { ...old.metadata, labels: { app: 'other' } } }
    expect(inWords(reconcile(rolling, [other]).actions)[0]).toBe('release web-0 10')
  })

  test('a Deployment that is being deleted only counts', () => {
    const { metadata } = rolling
    const going = {
      ...rolling,
      metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:10:00Z' },
    }
    const actions = reconcile(going, [replicaSetOf(0, 10), orphan('web:v1')]).actions
    expect(inWords(actions)).toEqual(['status'])
  })

  test('of two with the wanted template the older one is the new one', () => {
    const twins = [
      replicaSetOf(1, 0, { image: 'web:v1' }),
      replicaSetOf(0, 10, { image: 'web:v1' }),
    ]
    const { actions } = reconcile(rolling, twins)
    expect(statusIn(actions)?.updatedReplicas).toBe(10)
  })

  test('a clash of names is a collision unless the other one is ours with the same template', () => {
    const same = replicaSetOf(0, 3, { image: 'web:v1' })
    expect(judgeNameClash(rolling, same)).toBe('ours')
    expect(judgeNameClash(rolling, replicaSetOf(0, 3))).toBe('collision')
    expect(judgeNameClash(rolling, orphan('web:v1'))).toBe('collision')
  })
})

describe('without a rollout', () => {
  test('annotations and minReadySeconds are brought up to date', () => {
    const metadata = { ...rolling.metadata, annotations: { team: 'a' } }
    const deployment = { ...rolling, metadata, spec: { ...rolling.spec, minReadySeconds: 5 } }
    const [update] = reconcile(deployment, [replicaSetOf(0, 10, { image: 'web:v1' })]).actions
    expect(update).toMatchObject({
      type: 'update-replica-set',
      replicaSet: {
        metadata: { annotations: { team: 'a', 'deployment.kubernetes.io/revision': '1' } },
        spec: { replicas: 10, minReadySeconds: 5 },
      },
    })
  })

  test('a Deployment that is created paused has no ReplicaSet and no revision', () => {
    const { actions } = reconcile(deploymentOf({ paused: true }), [])
    expect(inWords(actions)).toEqual(['status'])
    const update = actions[0]?.type === 'update-status' ? actions[0].deployment : undefined
    expect(update?.metadata.annotations).toBeUndefined()
    expect(progressOf(update?.status?.conditions)).toMatchObject({
      status: 'Unknown',
      reason: 'DeploymentPaused',
    })
  })

  test('a complete Deployment whose status is written needs nothing', () => {
    const first = reconcile(rolling, [replicaSetOf(0, 10, { image: 'web:v1' })]).actions
    const updates = first.flatMap((action) =>
      action.type === 'update-replica-set' ? [action.replicaSet] : [],
    )
    const status = first.flatMap((action) =>
      action.type === 'update-status' ? [action.deployment] : [],
    )
    expect(reconcile(status[0] ?? rolling, updates)).toEqual({ actions: [], requeueAt: undefined })
  })
})

describe('Recreate', () => {
  const recreating = deploymentOf({ replicas: 3, strategy: { type: 'Recreate' } })
  const emptied = { ...replicaSetOf(0, 0), status: { replicas: 0 } }
  test.each([
    [
      'a terminating pod',
      podOf('a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      false,
    ],
    ['a failed pod', podOf('a', { status: { phase: 'Failed' } }), true],
    ['a pod of unknown phase', podOf('a', { status: { phase: 'Unknown' } }), false],
  ])('with %s of the old ReplicaSet', (_what, pod, goesOn) => {
    const { actions } = reconcile(recreating, [emptied], [pod])
    expect(actions.some(({ type }) => type === 'create-replica-set')).toBe(goesOn)
  })
})

/**
 * Measured on Kubernetes 1.34.4: when the only ReplicaSet with pods is an old one, has the desired size by
 * chance and was given it under another desired number, the Deployment takes itself for being scaled for ever
 * and never starts the rollout. Another change of `replicas` frees it.
 */
test('a stall of Kubernetes itself: an old ReplicaSet of the right size with a stale annotation', () => {
  const annotations = { 'deployment.kubernetes.io/desired-replicas': '5' }
  const old = replicaSetOf(0, 3, { annotations })
  const stalled = deploymentOf({ replicas: 3, template: templateOf('web:v2') })
  expect(inWords(reconcile(stalled, [old]).actions)).toEqual(['status'])
  const freed = deploymentOf({ replicas: 4, template: templateOf('web:v2') })
  expect(inWords(reconcile(freed, [old]).actions)[0]).toBe('update web-0 4')
})
