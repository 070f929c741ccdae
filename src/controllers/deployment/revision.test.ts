import { describe, expect, test } from 'vitest'
import { deploymentOf, replicaSetOf } from '../testing/objects.ts'
import {
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  newReplicaSetAnnotations,
  nextRevision,
  REVISION,
  REVISION_HISTORY,
  sizeAnnotations,
} from './revision.ts'

const deployment = deploymentOf({
  strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
})

describe('revisions', () => {
  test('the next one is above all old ones, and unreadable ones count as none', () => {
    const revisions = ['2', '7', 'seven', undefined]
    const olds = revisions.map((revision, age) =>
      replicaSetOf(age, 0, revision === undefined ? {} : { annotations: { [REVISION]: revision } }),
    )
    expect(nextRevision(olds)).toBe(8)
    expect(nextRevision([])).toBe(1)
  })

  test('a first revision has no history', () => {
    expect(newReplicaSetAnnotations(deployment, {}, 1)).toEqual({ [REVISION]: '1' })
  })

  test.each([
    [undefined, '1'],
    ['1', '1,3'],
  ])('a rollback appends the old revision to the history %s', (history, next) => {
    const current = {
      [REVISION]: history === undefined ? '1' : '3',
      ...(history === undefined ? {} : { [REVISION_HISTORY]: history }),
    }
    expect(newReplicaSetAnnotations(deployment, current, 6)).toEqual({
      [REVISION]: '6',
      [REVISION_HISTORY]: next,
    })
  })

  test('a revision is never lowered', () => {
    const current = { [REVISION]: '5' }
    expect(newReplicaSetAnnotations(deployment, current, 2)).toEqual(current)
  })

  test('a history that grows too long loses its oldest entries', () => {
    const history = Array.from({ length: 500 }, (_, index) => 100 + index).join(',')
    const current = { [REVISION]: '12345', [REVISION_HISTORY]: history }
    const next = newReplicaSetAnnotations(deployment, current, 12_346)[REVISION_HISTORY] ?? ''
    expect(next.length).toBeLessThanOrEqual(2_000)
    expect(next.startsWith('102,')).toBe(true)
    expect(next.endsWith(',599,12345')).toBe(true)
  })

  test("the Deployment's annotations flow to the new ReplicaSet, except those of its own", () => {
    const annotated = {
      ...deployment,
      metadata: {
        ...deployment.metadata,
        annotations: {
          'kubernetes.io/change-cause': 'image v2',
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
          [REVISION]: '9',
        },
      },
    }
    expect(newReplicaSetAnnotations(annotated, {}, 1)).toEqual({
      'kubernetes.io/change-cause': 'image v2',
      [REVISION]: '1',
    })
  })

  test('sizes are written down with the surge', () => {
    expect(sizeAnnotations(deployment)).toEqual({ [DESIRED_REPLICAS]: '10', [MAX_REPLICAS]: '13' })
  })
})
