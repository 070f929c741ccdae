import { ApiError } from '../api/api-error.ts'
import type { Deployment, ReplicaSet } from '../api/workload.ts'
import type { Client } from '../client/client.ts'

/**
 * Asks the API itself before an adoption, because the cache may be behind: rejects with Conflict when
 * `owner` is being deleted or was replaced, and must not adopt (RecheckDeletionTimestamp).
 */
export async function requireLivingOwner(
  client: Client,
  { kind, metadata }: Deployment | ReplicaSet,
): Promise<void> {
  const live = await client.get(kind, metadata)
  if (live.metadata.uid === metadata.uid && live.metadata.deletionTimestamp === undefined) return
  throw new ApiError('Conflict', `${kind} ${metadata.name} is being deleted or was replaced`)
}
