import { isApiError } from '../../api/api-error.ts'
import type { Endpoints } from '../../api/service.ts'
import type { Client } from '../../client/client.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { Expectations } from '../expectations.ts'
import type { MirrorAction } from './reconcile.ts'

export interface MirrorExecution {
  readonly client: Client
  readonly events: EventRecorder
  readonly expectations: Expectations
  /** The Endpoints' key. */
  readonly key: string
  readonly endpoints: Endpoints
  readonly nowMs: number
}

/** Carries out one action, with what it lets the cache expect; rejects with ApiError. */
export async function executeMirrorAction(
  { client, events, expectations, key, endpoints, nowMs }: MirrorExecution,
  action: MirrorAction,
): Promise<void> {
  switch (action.type) {
    case 'event':
      return events.event(endpoints, 'Warning', action.reason, action.message)
    case 'create-slice':
      expectations.expect(key, nowMs, { creations: 1 })
      try {
        await client.create('EndpointSlice', action.slice)
      } catch (error) {
        expectations.creationSeen(key)
        throw error
      }
      return
    case 'update-slice':
      await client.update('EndpointSlice', action.slice)
      return
    case 'delete-slice':
      try {
        await client.delete('EndpointSlice', action.slice.metadata)
      } catch (error) {
        if (!isApiError(error, 'NotFound')) throw error
      }
  }
}
