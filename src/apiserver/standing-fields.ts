import { fill, mapField, mapItems } from '../api/defaults/fill.ts'
import type { ApiObject } from '../api/meta.ts'
import type { Fields } from '../base/fields.ts'

const EVENT = {
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
}

const NEWER_EVENT = {
  eventTime: null,
  deprecatedSource: {},
  deprecatedFirstTimestamp: null,
  deprecatedLastTimestamp: null,
}

/** Times that Go's JSON has even when there are none: no `omitempty` stands by them. */
const POD_CONDITION = { lastProbeTime: null, lastTransitionTime: null }

/**
 * An object as Kubernetes writes it: with the fields that are there although they say nothing. Nobody stores
 * them, since they are the same as absent ones.
 */
export function withStandingFields({ ...object }: ApiObject): Fields {
  switch (object.kind) {
    case 'Event':
      return fill(object, object.apiVersion === 'v1' ? EVENT : NEWER_EVENT)
    case 'Pod':
      return mapField(object, 'status', (status) =>
        mapItems(status, 'conditions', (condition) => fill(condition, POD_CONDITION)),
      )
    default:
      return object
  }
}
