import { ApiError, isApiError } from '../../api/api-error.ts'
import type { Deployment, ReplicaSet } from '../../api/workload.ts'
import { assertNever } from '../../base/invariant.ts'
import type { Client } from '../../client/client.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import { withCondition } from '../condition-list.ts'
import { requireLivingOwner } from '../living-owner.ts'
import type { DeploymentAction, DeploymentEvent } from './actions.ts'
import {
  newCondition,
  progressDeadlineMs,
  PROGRESSING,
  REPLICA_SET_CREATE_ERROR,
} from './conditions.ts'
import { judgeNameClash } from './new-replica-set.ts'

/** Carries out one pass of one Deployment. Rejects with ApiError at the first action that fails. */
export class DeploymentExecution {
  readonly #client: Client
  readonly #events: EventRecorder
  readonly #deployment: Deployment
  readonly #nowMs: number
  /** Versions that this pass has written itself, by ReplicaSet name: its next write follows on them. */
  readonly #written = new Map<string, string | undefined>()

  constructor(options: {
    client: Client
    events: EventRecorder
    deployment: Deployment
    nowMs: number
  }) {
    this.#client = options.client
    this.#events = options.events
    this.#deployment = options.deployment
    this.#nowMs = options.nowMs
  }

  async run(actions: readonly DeploymentAction[]): Promise<void> {
    for (const action of actions) await this.#execute(action)
  }

  async #execute(action: DeploymentAction): Promise<void> {
    switch (action.type) {
      case 'adopt-replica-set':
        await requireLivingOwner(this.#client, this.#deployment)
        return this.#update(action.replicaSet)
      case 'release-replica-set':
      case 'update-replica-set':
        return this.#update(action.replicaSet)
      case 'create-replica-set':
        return this.#create(action.replicaSet)
      case 'delete-replica-set':
        return this.#delete(action.replicaSet)
      case 'update-status':
        await this.#client.update('Deployment', action.deployment, { subresource: 'status' })
        return
      case 'event':
        return this.#tell(action)
      default:
        return assertNever(action)
    }
  }

  async #update(replicaSet: ReplicaSet): Promise<void> {
    const { name, resourceVersion: seen } = replicaSet.metadata
    const resourceVersion = this.#written.get(name) ?? seen
    const metadata = {
      ...replicaSet.metadata,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    }
    const stored = await this.#client.update('ReplicaSet', { ...replicaSet, metadata })
    this.#written.set(name, stored.metadata.resourceVersion)
  }

  async #create(replicaSet: ReplicaSet): Promise<void> {
    try {
      const stored = await this.#client.create('ReplicaSet', replicaSet)
      this.#written.set(stored.metadata.name, stored.metadata.resourceVersion)
    } catch (error) {
      if (isApiError(error, 'AlreadyExists')) await this.#countCollision(replicaSet)
      else if (!isNamespaceTerminating(error)) await this.#reportCreateError(replicaSet, error)
      throw error
    }
  }

  async #countCollision({ metadata }: ReplicaSet): Promise<void> {
    const existing = await this.#client.get('ReplicaSet', metadata)
    if (judgeNameClash(this.#deployment, existing) === 'ours') return
    const { status } = this.#deployment
    const collisionCount = (status?.collisionCount ?? 0) + 1
    await this.#updateStatus({ ...status, collisionCount })
  }

  async #reportCreateError({ metadata }: ReplicaSet, error: unknown): Promise<void> {
    const reason = REPLICA_SET_CREATE_ERROR
    const cause = error instanceof Error ? error.message : String(error)
    const message = `Failed to create new replica set "${metadata.name}": ${cause}`
    this.#tell({ type: 'event', level: 'Warning', reason, message })
    if (progressDeadlineMs(this.#deployment) === undefined) return
    const condition = newCondition(PROGRESSING, 'False', { reason, message }, this.#nowMs)
    const { status } = this.#deployment
    try {
      const conditions = withCondition(status?.conditions, condition)
      await this.#updateStatus({ ...status, conditions })
    } catch {
      // The creation's own error is the one to tell; the next attempt reports again.
    }
  }

  async #updateStatus(status: Deployment['status'] & {}): Promise<void> {
    const next = { ...this.#deployment, status }
    await this.#client.update('Deployment', next, { subresource: 'status' })
  }

  async #delete({ metadata }: ReplicaSet): Promise<void> {
    try {
      await this.#client.delete('ReplicaSet', metadata)
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
  }

  #tell({ level, reason, message }: DeploymentEvent): void {
    this.#events.event(this.#deployment, level, reason, message)
  }
}

function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.causes.some(({ reason }) => reason === 'NamespaceTerminating')
  )
}
