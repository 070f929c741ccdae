import { ApiError, isApiError } from '../../api/api-error.ts'
import { keyOf } from '../../api/meta.ts'
import type { Client, ObjectName } from '../../client/client.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { EndpointsDecision } from './reconcile.ts'

/** Carries out one decision, and tells of a refusal. Rejects with ApiError. */
export async function executeEndpoints(
  { client, events }: { readonly client: Client; readonly events: EventRecorder },
  decision: EndpointsDecision,
): Promise<void> {
  if (decision.type === 'none') return
  const { type, endpoints } = decision
  try {
    if (type === 'create') await client.create('Endpoints', endpoints)
    else await client.update('Endpoints', endpoints)
  } catch (error) {
    // Nothing can be made in a namespace that is being deleted.
    if (type === 'create' && isApiError(error, 'Forbidden')) return
    if (error instanceof ApiError) {
      const [reason, what] =
        type === 'create'
          ? ['FailedToCreateEndpoint', 'create endpoint for service']
          : ['FailedToUpdateEndpoint', 'update endpoint']
      const message = `Failed to ${what} ${keyOf(endpoints)}: ${error.message}`
      events.event(endpoints, 'Warning', reason, message)
    }
    throw error
  }
}

export async function deleteEndpoints(client: Client, name: ObjectName): Promise<void> {
  try {
    await client.delete('Endpoints', name)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}
