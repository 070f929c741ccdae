import type { Event } from '../core.ts'
import { defineKind } from '../kind-definition.ts'
import { EVENT_TABLE } from '../printing/event-table.ts'

export const EVENT = defineKind<Event>({
  kind: 'Event',
  apiVersion: 'v1',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  strategy: { hasStatus: false, createdByUpdate: true, ownsNothing: true },
  table: EVENT_TABLE,
})
