import { isApiError } from '../../api/api-error.ts'
import type { Client } from '../../client/client.ts'
import type { Expectations } from '../expectations.ts'
import type { OwnWrites } from './own-writes.ts'
import type { SliceAction } from './reconcile.ts'

export interface SliceExecution {
  readonly client: Client
  readonly expectations: Expectations
  /** The Service's key. */
  readonly key: string
  readonly nowMs: number
  readonly ownWrites: OwnWrites
  /** Looks at the Service again. */
  readonly enqueue: () => void
}

/**
 * Carries out one action, with what it lets the cache expect; rejects with ApiError. Updates need no
 * expectation: one that is based on an old version is refused.
 */
export async function executeSliceAction(
  { client, expectations, key, nowMs, ownWrites, enqueue }: SliceExecution,
  { type, slice }: SliceAction,
): Promise<void> {
  switch (type) {
    case 'create-slice':
      expectations.expect(key, nowMs, { creations: 1 })
      try {
        await client.create('EndpointSlice', slice)
      } catch (error) {
        expectations.creationSeen(key)
        throw error
      }
      return
    case 'update-slice': {
      const { uid = '' } = slice.metadata
      ownWrites.begin(uid)
      let version: string | undefined
      try {
        version = (await client.update('EndpointSlice', slice)).metadata.resourceVersion
      } finally {
        if (ownWrites.end(uid, version)) enqueue()
      }
      return
    }
    case 'delete-slice': {
      const { uid = '' } = slice.metadata
      expectations.expect(key, nowMs, { deletions: [uid] })
      try {
        await client.delete('EndpointSlice', slice.metadata)
      } catch (error) {
        expectations.deletionSeen(key, uid)
        if (!isApiError(error, 'NotFound')) throw error
      }
    }
  }
}
