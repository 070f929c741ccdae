import { duplicate, invalid, notSupported, required, tooLong, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkNumber } from './field-checks.ts'
import { byteLength } from './metadata.ts'
import { checkQualifiedName } from './names.ts'

const STATUSES = ['False', 'True', 'Unknown']
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const WHOLE_REASON = new RegExp(`^${REASON}$`)
const REASON_RULE = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`
const REASON_BYTES_MAX = 1024
const MESSAGE_BYTES_MAX = 32 * 1024

/** apimachinery, pkg/apis/meta/v1/validation, ValidateConditions. */
export function validateConditions(conditions: Field): readonly FieldFault[] {
  const known = new Set<string>()
  return conditions.items.flatMap((condition) => {
    const type = condition.field('type')
    const isKnown = known.has(type.text)
    known.add(type.text)
    return [...(isKnown ? [duplicate(type, type.text)] : []), ...validateCondition(condition)]
  })
}

function validateCondition(condition: Field): readonly FieldFault[] {
  const [type, status, reason] = ['type', 'status', 'reason'].map((name) => condition.field(name))
  const [time, message] = [condition.field('lastTransitionTime'), condition.field('message')]
  if (type === undefined || status === undefined || reason === undefined) return []
  const negative = 'must be greater than or equal to zero'
  return [
    ...checkQualifiedName(type.text).map((detail) => invalid(type, type.text, detail)),
    ...(STATUSES.includes(status.text) ? [] : [notSupported(status, status.text, STATUSES)]),
    ...checkNumber(condition.field('observedGeneration'), (value) => (value < 0 ? [negative] : [])),
    ...(time.isPresent ? [] : [required(time)]),
    ...validateReason(reason),
    ...(byteLength(message.text) > MESSAGE_BYTES_MAX ? [tooLong(message, MESSAGE_BYTES_MAX)] : []),
  ]
}

function validateReason(reason: Field): readonly FieldFault[] {
  if (reason.text === '') return [required(reason)]
  return [
    ...(WHOLE_REASON.test(reason.text) ? [] : [invalid(reason, reason.text, REASON_RULE)]),
    ...(byteLength(reason.text) > REASON_BYTES_MAX ? [tooLong(reason, REASON_BYTES_MAX)] : []),
  ]
}
