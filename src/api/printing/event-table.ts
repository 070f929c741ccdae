import type { Event, ObjectReference } from '../core.ts'
import { ageOf } from './age.ts'
import { tableOf } from './resource-table.ts'

export const EVENT_TABLE = tableOf<Event>('Event', (event, nowMs) => {
  const { involvedObject, series } = event
  const first = ageOf(event.firstTimestamp ?? event.eventTime, nowMs)
  const last = event.lastTimestamp === undefined ? first : ageOf(event.lastTimestamp, nowMs)
  return [
    series === undefined ? last : ageOf(series.lastObservedTime, nowMs),
    event.type ?? '',
    event.reason ?? '',
    formatTarget(involvedObject),
    involvedObject.fieldPath ?? '',
    formatSource(event),
    (event.message ?? '').trim(),
    first,
    countOf(event),
    event.metadata.name,
  ]
})

/** An event may be about nothing: Kubernetes takes it. */
function formatTarget({ kind = '', name = '' }: Partial<ObjectReference>): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`
}

/** The newer form of events counts in its series, and a single one not at all. */
function countOf({ count = 0, series }: Event): number {
  if (series !== undefined) return series.count ?? 0
  return count === 0 ? 1 : count
}

function formatSource({ source, reportingComponent, reportingInstance }: Event): string {
  const component = firstOf(source?.component, reportingComponent)
  const instance = firstOf(source?.host, reportingInstance)
  return instance === '' ? component : `${component}, ${instance}`
}

function firstOf(...texts: readonly (string | undefined)[]): string {
  return texts.find((text) => text !== undefined && text !== '') ?? ''
}
