import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReplicaSet } from '../../api/workload.ts'
import { deploymentOf, replicaSetOf } from '../testing/objects.ts'
import { SimulatedRollout } from '../testing/simulated-rollout.ts'
import { budgetsOf } from './budgets.ts'
import { planNewSize, planOldSizes } from './rolling.ts'

const budget = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
)
const settings = fc.record({
  replicas: fc.integer({ min: 0, max: 12 }),
  maxSurge: budget,
  maxUnavailable: budget,
})

function rolling(options: {
  replicas: number
  maxSurge: number | string
  maxUnavailable: number | string
}) {
  const { replicas, ...rollingUpdate } = options
  return deploymentOf({ replicas, strategy: { type: 'RollingUpdate', rollingUpdate } })
}

/** Who acts next, and on which ReplicaSet. */
const move = fc.record({
  who: fc.constantFrom('deployment', 'act', 'ready', 'report'),
  which: fc.nat({ max: 5 }),
})

function makeMove(rollout: SimulatedRollout, { who, which }: { who: string; which: number }) {
  const { replicaSets } = rollout
  const replicaSet = replicaSets[which % Math.max(1, replicaSets.length)]
  if (who === 'deployment') rollout.reconcile()
  else if (replicaSet === undefined) return
  else if (who === 'act') rollout.act(replicaSet)
  else if (who === 'ready') rollout.makeOneReady(replicaSet)
  else rollout.report(replicaSet)
}

describe('any rollout', () => {
  test('never leaves its budgets, however far the statuses lag, and always ends complete', () => {
    fc.assert(
      fc.property(settings, fc.array(move, { maxLength: 200, size: 'max' }), (options, moves) => {
        const rollout = new SimulatedRollout(rolling(options))
        expect(rollout.settle()).toBe(true)
        const { surge, unavailable } = budgetsOf(rollout.deployment)
        rollout.setImage('web:v2')
        for (const next of moves) {
          makeMove(rollout, next)
          expect(rollout.totalWanted).toBeLessThanOrEqual(options.replicas + surge)
          expect(rollout.totalReady).toBeGreaterThanOrEqual(options.replicas - unavailable)
        }
        expect(rollout.settle()).toBe(true)
        expect(rollout.totalReady).toBe(options.replicas)
      }),
      { numRuns: 300 },
    )
  })

  test('ends complete after any changes of image and size on the way, but for the stall of Kubernetes itself', () => {
    const change = fc.oneof(
      fc.integer({ min: 0, max: 12 }).map((replicas) => ({ replicas, image: undefined })),
      fc
        .constantFrom('web:v1', 'web:v2', 'web:v3')
        .map((image) => ({ image, replicas: undefined })),
    )
    const stages = fc.array(fc.tuple(change, fc.array(move, { maxLength: 30, size: 'max' })), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(settings, stages, (options, all) => {
        const rollout = new SimulatedRollout(rolling(options))
        for (const [{ image, replicas }, moves] of all) {
          if (image !== undefined) rollout.setImage(image)
          if (replicas !== undefined) rollout.setReplicas(replicas)
          for (const next of moves) makeMove(rollout, next)
        }
        if (rollout.settle()) {
          expect(rollout.totalReady).toBe(rollout.deployment.spec.replicas)
        } else {
          expect(isKnownStall(rollout)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function build(age: number, { size, missing }: { size: number; missing: number }) {
  return replicaSetOf(age, size, { available: Math.max(0, size - missing) })
}

describe('sizes agree with counting pod by pod', () => {
  const replicaSet = fc.record({
    size: fc.integer({ min: 0, max: 10 }),
    missing: fc.integer({ min: 0, max: 10 }),
  })

  test('of the new ReplicaSet', () => {
    fc.assert(
      fc.property(
        settings,
        replicaSet,
        fc.array(replicaSet, { maxLength: 3 }),
        (options, one, more) => {
          const deployment = rolling(options)
          const olds = more.map((old, age) => build(age, old))
          expect(planNewSize(deployment, build(9, one), olds)).toBe(
            slowNewSize(one.size, {
              others: more.reduce((total, { size }) => total + size, 0),
              desired: options.replicas,
              surge: budgetsOf(deployment).surge,
            }),
          )
        },
      ),
    )
  })

  test('of the old ReplicaSets', () => {
    fc.assert(
      fc.property(
        settings,
        replicaSet,
        fc.array(replicaSet, { maxLength: 4 }),
        (options, one, more) => {
          const deployment = rolling(options)
          const newest = build(9, one)
          const olds = more.map((old, age) => build(age, old))
          const sizes = new Map(olds.map((old) => [old.metadata.name, old.spec.replicas ?? 0]))
          for (const {
            replicaSet: { metadata },
            size,
          } of planOldSizes(deployment, newest, olds)) {
            sizes.set(metadata.name, size)
          }
          const minAvailable = options.replicas - budgetsOf(deployment).unavailable
          expect([...sizes.values()]).toEqual(slowOldSizes(newest, olds, minAvailable))
        },
      ),
    )
  })
})

/** One more, as long as there is room and need; too many are cut at once. */
function slowNewSize(
  start: number,
  { others, desired, surge }: { others: number; desired: number; surge: number },
): number {
  for (let size = Math.min(start, desired); ; size++) {
    const hasRoom = others + size < desired + surge
    if (size === desired || !hasRoom) return size
  }
}

/** Takes pods away one by one: the oldest unavailable one, then the oldest available one. */
function slowOldSizes(newest: ReplicaSet, olds: readonly ReplicaSet[], minAvailable: number) {
  const sets = olds.map(({ spec, status }) => ({
    size: spec.replicas ?? 0,
    available: status?.availableReplicas ?? 0,
  }))
  const newAvailable = newest.status?.availableReplicas ?? 0
  // As if every pod of the new ReplicaSet that is missing now would stay missing.
  let budget = newAvailable - minAvailable
  for (const { size } of sets) budget += size
  if (budget <= 0) return sets.map(({ size }) => size)
  for (const set of sets) {
    for (; budget > 0 && set.size > set.available; budget--) set.size--
  }
  let available = newAvailable
  for (const set of sets) available += set.available
  for (const set of sets) {
    for (; available > minAvailable && set.size > 0; available--) set.size--
  }
  return sets.map(({ size }) => size)
}

/** See "a stall of Kubernetes itself" in reconcile.test.ts. */
function isKnownStall({ deployment, replicaSets }: SimulatedRollout): boolean {
  const [only, ...others] = replicaSets.filter(({ spec }) => spec.replicas !== 0)
  if (only === undefined || others.length > 0) return false
  const { replicas } = deployment.spec
  const annotation = only.metadata.annotations?.['deployment.kubernetes.io/desired-replicas']
  return only.spec.replicas === replicas && annotation !== String(replicas)
}
