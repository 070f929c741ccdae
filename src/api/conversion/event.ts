import type { Fields } from '../../base/fields.ts'
import { withoutFields } from '../defaults/fill.ts'
import type { ServedVersion } from '../kind-definition.ts'
import { Field } from '../validation/field.ts'
import { validateNewerEvent, validateNewerEventUpdate } from '../validation/event.ts'

/** Each field of events.k8s.io/v1 that the core form calls otherwise, with that name. */
const CORE_NAMES: Readonly<Record<string, string>> = {
  note: 'message',
  regarding: 'involvedObject',
  reportingController: 'reportingComponent',
  deprecatedCount: 'count',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedSource: 'source',
}
const NEWER_NAMES = Object.fromEntries(
  Object.entries(CORE_NAMES).map(([newer, core]) => [core, newer]),
)

/**
 * Events are kept in their core form, and written and read as events.k8s.io/v1 too, where more is asked of them.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export const NEWER_EVENT: ServedVersion = {
  apiVersion: 'events.k8s.io/v1',
  toStorage: (event) => ({ ...renamed(event, CORE_NAMES), apiVersion: 'v1' }),
  fromStorage: (event) => ({ ...renamed(event, NEWER_NAMES), apiVersion: 'events.k8s.io/v1' }),
  validate: (event) => validateNewerEvent(new Field(event)),
  validateUpdate: (next, previous) =>
    validateNewerEventUpdate(new Field(next), new Field(previous)),
}

/** Fields with their other names; a field that the other form does not have is not carried over. */
function renamed(event: Fields, names: Readonly<Record<string, string>>): Fields {
  const foreign = Object.values(names)
  return Object.fromEntries(
    Object.entries(withoutFields(event, foreign)).map(([field, value]) => [
      names[field] ?? field,
      value,
    ]),
  )
}
