import { ApiError, isApiError } from '../../api/api-error.ts'
import type { Pod } from '../../api/pod.ts'
import type { ReplicaSet, ReplicaSetStatus } from '../../api/workload.ts'
import { assertNever } from '../../base/invariant.ts'
import type { Client } from '../../client/client.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { Expectations } from '../expectations.ts'
import { requireLivingOwner } from '../living-owner.ts'
import {
  FAILED_CREATE,
  FAILED_DELETE,
  SUCCESSFUL_CREATE,
  SUCCESSFUL_DELETE,
  type ReplicaSetDecision,
} from './reconcile.ts'
import { slowStartBatches } from './slow-start.ts'

/** Carries out one pass of one ReplicaSet. */
export class ReplicaSetExecution {
  readonly #client: Client
  readonly #events: EventRecorder
  readonly #expectations: Expectations
  readonly #key: string
  readonly #replicaSet: ReplicaSet
  readonly #nowMs: number

  constructor(options: {
    client: Client
    events: EventRecorder
    expectations: Expectations
    key: string
    replicaSet: ReplicaSet
    nowMs: number
  }) {
    this.#client = options.client
    this.#events = options.events
    this.#expectations = options.expectations
    this.#key = options.key
    this.#replicaSet = options.replicaSet
    this.#nowMs = options.nowMs
  }

  /** Rejects with the first refusal, after the status has told of it. */
  async run({ adopt, release, change, status }: ReplicaSetDecision): Promise<void> {
    if (adopt.length > 0) await requireLivingOwner(this.#client, this.#replicaSet)
    for (const pod of [...adopt, ...release]) await this.#client.update('Pod', pod)
    const failure = await this.#makeChange(change)
    await this.#updateStatus(status(failure?.message))
    if (failure !== undefined) throw failure
  }

  async #makeChange(change: ReplicaSetDecision['change']): Promise<ApiError | undefined> {
    switch (change.type) {
      case 'none':
        return undefined
      case 'create-pods':
        return this.#createPods(change.pod, change.count)
      case 'delete-pods':
        return this.#deletePods(change.pods)
      default:
        return assertNever(change)
    }
  }

  /** Batch after batch, until one of them has a failure. */
  async #createPods(pod: Pod, count: number): Promise<ApiError | undefined> {
    this.#expectations.expect(this.#key, this.#nowMs, { creations: count })
    let left = count
    for (const size of slowStartBatches(count)) {
      const attempts = Array.from({ length: size }, () => this.#client.create('Pod', pod))
      const results = await Promise.allSettled(attempts)
      left -= size
      const failures = results.map((result) => this.#tellCreation(result))
      const failure = failures.find((one) => one !== undefined)
      if (failure === undefined) continue
      for (; left > 0; left--) this.#expectations.creationSeen(this.#key)
      return failure
    }
    return undefined
  }

  #tellCreation(result: PromiseSettledResult<Pod>): ApiError | undefined {
    if (result.status === 'fulfilled') {
      const message = `Created pod: ${result.value.metadata.name}`
      this.#events.event(this.#replicaSet, 'Normal', SUCCESSFUL_CREATE, message)
      return undefined
    }
    this.#expectations.creationSeen(this.#key)
    const error = requireApiError(result.reason)
    const message = `Error creating: ${error.message}`
    this.#events.event(this.#replicaSet, 'Warning', FAILED_CREATE, message)
    return error
  }

  async #deletePods(pods: readonly Pod[]): Promise<ApiError | undefined> {
    const deletions = pods.map(({ metadata }) => metadata.uid ?? '')
    this.#expectations.expect(this.#key, this.#nowMs, { deletions })
    const attempts = pods.map(({ metadata }) => this.#client.delete('Pod', metadata))
    const results = await Promise.allSettled(attempts)
    let first: ApiError | undefined
    for (const [index, pod] of pods.entries()) {
      const result = results[index]
      const failure = result && this.#tellDeletion(pod, result)
      first ??= failure
    }
    return first
  }

  #tellDeletion({ metadata }: Pod, result: PromiseSettledResult<void>): ApiError | undefined {
    if (result.status === 'fulfilled') {
      const message = `Deleted pod: ${metadata.name}`
      this.#events.event(this.#replicaSet, 'Normal', SUCCESSFUL_DELETE, message)
      return undefined
    }
    this.#expectations.deletionSeen(this.#key, metadata.uid ?? '')
    const error = requireApiError(result.reason)
    if (error.reason === 'NotFound') return undefined
    const message = `Error deleting: ${error.message}`
    this.#events.event(this.#replicaSet, 'Warning', FAILED_DELETE, message)
    return error
  }

  async #updateStatus(status: ReplicaSetStatus | undefined): Promise<void> {
    if (status === undefined) return
    const next = { ...this.#replicaSet, status }
    try {
      await this.#client.update('ReplicaSet', next, { subresource: 'status' })
    } catch (error) {
      // It was deleted during the pass: there is no status to keep.
      if (!isApiError(error, 'NotFound')) throw error
    }
  }
}

function requireApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  throw error
}
