import { NEWER_EVENT } from '../conversion/event.ts'
import type { Event } from '../core.ts'
import { fill } from '../defaults/fill.ts'
import { defineKind } from '../kind-definition.ts'
import { EVENT_TABLE } from '../printing/event-table.ts'
import { Field } from '../validation/field.ts'
import { validateEvent } from '../validation/event.ts'

const STANDING = {
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
}

const NEWER_STANDING = {
  eventTime: null,
  deprecatedSource: {},
  deprecatedFirstTimestamp: null,
  deprecatedLastTimestamp: null,
}

export const EVENT = defineKind<Event>({
  kind: 'Event',
  apiVersion: 'v1',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  otherVersions: [NEWER_EVENT],
  strategy: { hasStatus: false, createdByUpdate: true, ownsNothing: true },
  metadataCheck: 'common',
  updateSteps: ['object', 'change'],
  validate: (event) => validateEvent(new Field(event)),
  selectableFields: ({ involvedObject, reason, type, source, reportingComponent }) => ({
    'involvedObject.kind': involvedObject.kind ?? '',
    'involvedObject.namespace': involvedObject.namespace ?? '',
    'involvedObject.name': involvedObject.name ?? '',
    'involvedObject.uid': involvedObject.uid ?? '',
    'involvedObject.apiVersion': involvedObject.apiVersion ?? '',
    'involvedObject.fieldPath': involvedObject.fieldPath ?? '',
    reason: reason ?? '',
    reportingComponent: reportingComponent ?? '',
    source: source?.component ?? reportingComponent ?? '',
    type: type ?? '',
  }),
  withStandingFields: (event) =>
    fill(event, event['apiVersion'] === 'v1' ? STANDING : NEWER_STANDING),
  table: EVENT_TABLE,
})
