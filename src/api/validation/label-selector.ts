import type { LabelSelector, LabelSelectorRequirement } from '../selector.ts'
import {
  forbidden,
  invalid,
  invalidAll,
  required,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import type { Field } from './field.ts'
import { validateLabels } from './metadata.ts'
import { checkLabelValue, checkQualifiedName } from './names.ts'

/** A selector somewhere in an object; nothing when it is not there. */
export function validateSelectorField(field: Field): readonly FieldFault[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its fields have the types of the schema
  return field.isPresent ? validateSelector(field.value as Draft<LabelSelector>, field) : []
}

/** apimachinery/pkg/apis/meta/v1/validation. */
export function validateSelector(
  selector: Draft<LabelSelector>,
  at: FieldPath,
): readonly FieldFault[] {
  return [
    ...validateLabels(selector.matchLabels, at.child('matchLabels')),
    ...(selector.matchExpressions ?? []).flatMap((requirement, index) =>
      validateRequirement(requirement, at.child('matchExpressions').item(index)),
    ),
  ]
}

/** Of a client that may be newer: it may have operators that are not known here. */
export function validateLabelRequirement(requirement: Field): readonly FieldFault[] {
  const operator = requirement.field('operator')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its fields have the types of the schema
  const value = requirement.value as Draft<LabelSelectorRequirement>
  const faults = validateRequirement(value, requirement)
  return faults.filter(({ pointer }) => pointer !== operator.pointer)
}

function validateRequirement(
  { key = '', operator, values = [] }: Draft<LabelSelectorRequirement>,
  at: FieldPath,
): readonly FieldFault[] {
  return [
    ...validateValues(operator, values, at),
    ...invalidAll(at.child('key'), key, checkQualifiedName(key)),
    ...values.flatMap((value, index) =>
      invalidAll(at.child('values').item(index), value, checkLabelValue(value)),
    ),
  ]
}

function validateValues(
  operator: LabelSelectorRequirement['operator'] | undefined,
  values: readonly string[],
  at: FieldPath,
): readonly FieldFault[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return []
      return [required(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'")]
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return []
      return [
        forbidden(
          at.child('values'),
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
      ]
    default:
      return [invalid(at.child('operator'), operator ?? '', 'not a valid selector operator')]
  }
}
