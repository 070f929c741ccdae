import { areEqual } from '../../base/equal-values.ts'
import { isComplete } from '../deployment/conditions.ts'
import { reconcileDeployment } from '../deployment/reconcile.ts'
import { sizeOf, totalSize } from '../deployment/replica-counts.ts'
import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { templateOf } from './objects.ts'

interface PodCounts {
  ready: number
  unready: number
}

/**
 * A Deployment and its ReplicaSets without an API: pods are two counts per ReplicaSet, and whoever drives it
 * chooses who acts next, so that statuses may lag behind as much as it likes.
 */
export class SimulatedRollout {
  deployment: Deployment
  replicaSets: readonly ReplicaSet[] = []
  readonly pods = new Map<string, PodCounts>()
  #created = 0

  constructor(deployment: Deployment) {
    this.deployment = deployment
  }

  get totalWanted(): number {
    return totalSize(this.replicaSets)
  }

  get totalReady(): number {
    return [...this.pods.values()].reduce((total, { ready }) => total + ready, 0)
  }

  get isComplete(): boolean {
    return isComplete(this.deployment, this.deployment.status ?? {})
  }

  setImage(image: string): void {
    this.#changeSpec({ template: templateOf(image) })
  }

  setReplicas(replicas: number): void {
    this.#changeSpec({ replicas })
  }

  /** A pass of the Deployment; true when it did anything. */
  reconcile(): boolean {
    const { deployment, replicaSets } = this
    const view = { deployment, replicaSets, podsOf: () => [] }
    const { actions } = reconcileDeployment(view, 1_767_225_600_000)
    for (const action of actions) {
      switch (action.type) {
        case 'create-replica-set':
          this.#create(action.replicaSet)
          break
        case 'update-replica-set':
          this.#replace(action.replicaSet)
          break
        case 'delete-replica-set':
          this.replicaSets = this.replicaSets.filter(
            ({ metadata }) => metadata.name !== action.replicaSet.metadata.name,
          )
          break
        case 'update-status':
          this.deployment = action.deployment
          break
        case 'adopt-replica-set':
        case 'release-replica-set':
        case 'event':
          break
      }
    }
    return actions.length > 0
  }

  /** The ReplicaSet creates or deletes as many pods as it has to; unready ones go first. */
  act(replicaSet: ReplicaSet): void {
    const pods = this.#podsOf(replicaSet)
    const surplus = pods.ready + pods.unready - sizeOf(replicaSet)
    if (surplus < 0) pods.unready -= surplus
    const unready = Math.max(0, Math.min(surplus, pods.unready))
    pods.unready -= unready
    pods.ready -= Math.max(0, surplus - unready)
  }

  makeOneReady(replicaSet: ReplicaSet): void {
    const pods = this.#podsOf(replicaSet)
    if (pods.unready === 0) return
    pods.unready -= 1
    pods.ready += 1
  }

  /** The ReplicaSet writes its status; true when it had not been written before. */
  report(replicaSet: ReplicaSet): boolean {
    const { ready, unready } = this.#podsOf(replicaSet)
    const status = { replicas: ready + unready, readyReplicas: ready, availableReplicas: ready }
    const isNew = !areEqual(status, replicaSet.status)
    if (isNew) this.#replace({ ...replicaSet, status })
    return isNew
  }

  /**
   * Everybody acts in turn until the rollout is complete and nobody has anything to do: one that looks complete by
   * statuses of long ago is not. False when that is not reached after `roundsMax`.
   */
  settle(roundsMax = 500): boolean {
    for (let round = 0; round < roundsMax; round++) {
      const changed = this.reconcile()
      const worked = this.replicaSets.map(({ metadata }) => this.#work(metadata.name))
      if (!changed && !worked.includes(true) && this.isComplete) return true
    }
    return false
  }

  #work(name: string): boolean {
    const replicaSet = this.replicaSets.find(({ metadata }) => metadata.name === name)
    if (replicaSet === undefined) return false
    this.act(replicaSet)
    this.makeOneReady(replicaSet)
    return this.report(replicaSet)
  }

  #podsOf({ metadata }: ReplicaSet): PodCounts {
    let pods = this.pods.get(metadata.name)
    if (pods === undefined) this.pods.set(metadata.name, (pods = { ready: 0, unready: 0 }))
    return pods
  }

  #create(replicaSet: ReplicaSet): void {
    this.#created += 1
    const metadata = {
      ...replicaSet.metadata,
      uid: `uid-${this.#created}`,
      creationTimestamp: `2026-01-01T00:00:${String(this.#created).padStart(2, '0')}Z`,
    }
    this.replicaSets = [...this.replicaSets, { ...replicaSet, metadata, status: { replicas: 0 } }]
  }

  #replace(replicaSet: ReplicaSet): void {
    this.replicaSets = this.replicaSets.map((one) =>
      one.metadata.name === replicaSet.metadata.name ? replicaSet : one,
    )
  }

  #changeSpec(change: Partial<Deployment['spec']>): void {
    const { metadata, spec } = this.deployment
    const generation = (metadata.generation ?? 0) + 1
    this.deployment = {
      ...this.deployment,
      metadata: { ...metadata, generation },
      spec: { ...spec, ...change },
    }
  }
}
