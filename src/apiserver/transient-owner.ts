import { managedAfterUpdate } from '../api/managed-fields.ts'
import type { ApiObject } from '../api/meta.ts'
import { formatTimestamp } from '../base/timestamp.ts'

/**
 * An object that is only ever sent and kept nowhere, with whom its fields belong to: Kubernetes tells that of it as of all
 * others. What comes with it of its owners does not count.
 */
export function withOwner<O extends ApiObject>(
  object: O,
  by: { readonly manager: string; readonly nowMs: number; readonly subresource?: string },
): O {
  const { managedFields: _sent, ...metadata } = object.metadata
  const next = { ...object, metadata }
  const managedFields = managedAfterUpdate({
    live: undefined,
    next,
    manager: { name: by.manager, apiVersion: object.apiVersion },
    time: formatTimestamp(by.nowMs),
  }).map((entry) =>
    by.subresource === undefined ? entry : { ...entry, subresource: by.subresource },
  )
  return managedFields.length === 0 ? next : { ...next, metadata: { ...metadata, managedFields } }
}
