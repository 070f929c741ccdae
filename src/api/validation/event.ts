import { areEqual } from '../../base/equal-values.ts'
import type { ObjectMeta } from '../meta.ts'
import { invalid, invalidAll, required, ROOT, type Draft, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { requireText } from './field-checks.ts'
import { validateMetadata } from './metadata.ts'
import { checkQualifiedName, checkSubdomain } from './names.ts'

const METADATA = ROOT.child('metadata')
const CHARACTERS_MAX = 128
const MESSAGE_MAX = 1024

/** Namespaces in which an Event may be of an object that has none. */
const CLUSTER_NAMESPACES = ['default', 'kube-system']

/**
 * pkg/apis/core/validation/events.go, for an Event that comes in the core form, whose rules are those of its first days:
 * the metadata is not looked at beyond what all kinds have in common.
 */
export function validateEvent(
  event: Field,
  controllerField: 'reportingComponent' | 'reportingController' = 'reportingComponent',
): readonly FieldFault[] {
  const namespace = event.field('metadata', 'namespace').text
  const namespaceAt = event.child('namespace')
  const isNew = event.field('eventTime').isPresent
  return [
    ...validateInvolvedNamespace(event.field('involvedObject', 'namespace'), namespace, isNew),
    ...(isNew ? validateReport(event, controllerField) : []),
    ...checkSubdomain(namespace).map((detail) => invalid(namespaceAt, namespace, detail)),
  ]
}

function validateInvolvedNamespace(
  involved: Field,
  namespace: string,
  isNew: boolean,
): readonly FieldFault[] {
  const { text } = involved
  const fault = [invalid(involved, text, 'does not match event.namespace')]
  if (isNew) return text === '' && !CLUSTER_NAMESPACES.includes(namespace) ? fault : []
  if (text === '') return namespace === '' || namespace === 'default' ? [] : fault
  return text === namespace ? [] : fault
}

/** What an Event with an `eventTime` has to say. */
function validateReport(event: Field, controllerField: string): readonly FieldFault[] {
  const controller = event.field('reportingComponent').at(event.child(controllerField))
  const texts = ['reportingInstance', 'action', 'reason'].map((name) => event.field(name))
  return [
    ...requireText(controller),
    ...invalidAll(controller, controller.text, checkQualifiedName(controller.text)),
    ...texts.flatMap((field) => [...requireText(field), ...notLonger(field, CHARACTERS_MAX)]),
    ...notLonger(event.field('message'), MESSAGE_MAX),
  ]
}

function notLonger(field: Field, most: number): readonly FieldFault[] {
  return field.text.length > most ? [invalid(field, '', `can have at most ${most} characters`)] : []
}

/** What is asked of an Event that comes as events.k8s.io/v1, in the core form. */
export function validateNewerEvent(event: Field): readonly FieldFault[] {
  const type = event.field('type')
  const source = event.field('source')
  const isFromSomewhere = ['component', 'host'].some((name) => source.field(name).text !== '')
  const unset = [event.field('firstTimestamp'), event.field('lastTimestamp'), event.field('count')]
  return [
    ...validateEvent(event, 'reportingController'),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its fields have the types of the schema
    ...validateMetadata(event.field('metadata').value as Draft<ObjectMeta>, METADATA, {
      checkName: checkSubdomain,
      namespaced: true,
      knowsFinalizers: true,
    }),
    ...validateSeries(event.field('series')),
    ...(event.field('eventTime').isPresent ? [] : [required(event.field('eventTime'))]),
    ...(type.text === 'Normal' || type.text === 'Warning'
      ? []
      : [invalid(type, '', `has invalid value: ${type.text}`)]),
    ...unset
      .filter(({ isPresent, value }) => isPresent && value !== 0)
      .map((field) => invalid(field, '', 'needs to be unset')),
    ...(isFromSomewhere ? [invalid(source, '', 'needs to be unset')] : []),
  ]
}

function validateSeries(series: Field): readonly FieldFault[] {
  if (!series.isPresent) return []
  const count = series.field('count')
  return [
    ...((count.number ?? 0) < 2 ? [invalid(count, '', 'should be at least 2')] : []),
    ...(series.field('lastObservedTime').isPresent
      ? []
      : [required(series.field('lastObservedTime'))]),
  ]
}

const FIXED_FIELDS = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reason',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingComponent',
  'reportingInstance',
]

/** An Event of events.k8s.io/v1 is what it was; only its series goes on. */
export function validateNewerEventUpdate(next: Field, previous: Field): readonly FieldFault[] {
  const series = next.field('series')
  return [
    ...validateEvent(next, 'reportingController'),
    ...(areEqual(series.value, previous.field('series').value) ? [] : validateSeries(series)),
    ...FIXED_FIELDS.map((name) => next.field(name))
      .filter((field, index) => {
        const before = previous.field(FIXED_FIELDS[index] ?? '')
        return !areEqual(field.value, before.value)
      })
      .map((field) => invalid(field, field.value ?? '', 'field is immutable')),
  ]
}
