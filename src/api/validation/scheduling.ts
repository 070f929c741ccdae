import { validateLabelKeys } from './affinity.ts'
import {
  duplicate,
  invalid,
  invalidAll,
  notSupported,
  required,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import type { Field } from './field.ts'
import { checkNumber, checkText, checkWord } from './field-checks.ts'
import { validateSelectorField } from './label-selector.ts'
import { checkLabelValue, checkPositive, checkQualifiedName } from './names.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export function validateTolerations(tolerations: Field): readonly FieldFault[] {
  return tolerations.items.flatMap((toleration) => {
    const [key, operator] = [toleration.field('key'), toleration.field('operator')]
    const effect = toleration.field('effect')
    const isTimed = toleration.field('tolerationSeconds').isPresent
    return [
      ...checkText(key, checkQualifiedName),
      ...(key.text === '' && operator.text !== 'Exists'
        ? [
            invalid(
              operator,
              operator.text,
              'operator must be Exists when `key` is empty, which means "match all values and all keys"',
            ),
          ]
        : []),
      ...(isTimed && effect.text !== 'NoExecute'
        ? [
            invalid(
              effect,
              effect.text,
              "effect must be 'NoExecute' when `tolerationSeconds` is set",
            ),
          ]
        : []),
      ...validateOperator(operator, toleration.field('value').text),
      ...(effect.text === '' ? [] : checkWord(effect, EFFECTS)),
    ]
  })
}

/** Faults of the value are printed as those of the operator. */
function validateOperator(operator: Field, value: string): readonly FieldFault[] {
  switch (operator.text) {
    case '':
    case 'Equal': {
      const details = checkLabelValue(value)
      return details.length === 0 ? [] : [invalid(operator, value, details.join(';'))]
    }
    case 'Exists':
      return value === ''
        ? []
        : [invalid(operator, value, "value must be empty when `operator` is 'Exists'")]
    default:
      return [notSupported(operator, operator.text, ['Equal', 'Exists'])]
  }
}

/** Kubernetes prints the taints of a Node as a part of its metadata. */
export function validateTaints(taints: Field, at: FieldPath): readonly FieldFault[] {
  const known = new Set<string>()
  return taints.at(at).items.flatMap((taint) => {
    const [key, value] = [taint.field('key'), taint.field('value')]
    const effect = taint.field('effect')
    const pair = `${effect.text} ${key.text}`
    const isKnown = known.has(pair)
    known.add(pair)
    const details = checkLabelValue(value.text)
    const added = taint.field('timeAdded').value ?? null
    const printed = { Key: key.text, Value: value.text, Effect: effect.text, TimeAdded: added }
    return [
      ...invalidAll(key, key.text, checkQualifiedName(key.text)),
      ...(details.length === 0 ? [] : [invalid(value, value.text, details.join(';'))]),
      ...(effect.text === '' ? [required(effect)] : checkWord(effect, EFFECTS)),
      ...(isKnown
        ? [duplicate(taint, printed, 'taints must be unique by key and effect pair')]
        : []),
    ]
  })
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
export function validateSpreadConstraints(constraints: Field): readonly FieldFault[] {
  // Of several that say the same, all but the last are told.
  const lasts = new Map(constraints.items.map((one, index) => [pairOf(one), index]))
  return constraints.items.flatMap((constraint, index) => {
    const skew = constraint.field('maxSkew')
    const topologyKey = constraint.field('topologyKey')
    const action = constraint.field('whenUnsatisfiable')
    const pair = `{${topologyKey.text}, ${action.text}}`
    const isRepeated = lasts.get(pairOf(constraint)) !== index
    return [
      ...invalidAll(skew, skew.number ?? 0, checkPositive(skew.number ?? 0)),
      ...(topologyKey.text === '' ? [required(topologyKey, 'can not be empty')] : []),
      ...(['DoNotSchedule', 'ScheduleAnyway'].includes(action.text)
        ? []
        : [notSupported(action, action.text, ['DoNotSchedule', 'ScheduleAnyway'])]),
      ...(isRepeated
        ? [duplicate(constraint.child('{topologyKey, whenUnsatisfiable}'), pair)]
        : []),
      ...validateMinDomains(constraint.field('minDomains'), action.text),
      ...checkWord(constraint.field('nodeAffinityPolicy'), ['Honor', 'Ignore']),
      ...checkWord(constraint.field('nodeTaintsPolicy'), ['Honor', 'Ignore']),
      ...validateLabelKeys(constraint),
      ...validateSelectorField(constraint.field('labelSelector')),
    ]
  })
}

function pairOf(constraint: Field): string {
  return `${constraint.field('topologyKey').text} ${constraint.field('whenUnsatisfiable').text}`
}

function validateMinDomains(minDomains: Field, action: string): readonly FieldFault[] {
  if (!minDomains.isPresent) return []
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`
  return [
    ...checkNumber(minDomains, checkPositive),
    ...(action === 'DoNotSchedule' ? [] : [invalid(minDomains, minDomains.value, detail)]),
  ]
}

export function validateReadinessGates(gates: Field): readonly FieldFault[] {
  return gates.items.flatMap((gate) => {
    const type = gate.field('conditionType')
    return invalidAll(type, type.text, checkQualifiedName(type.text))
  })
}

export function validateSchedulingGates(gates: Field): readonly FieldFault[] {
  const names = new Set<string>()
  return gates.items.flatMap((gate) => {
    const { text } = gate.field('name')
    const isRepeated = names.has(text)
    names.add(text)
    return [
      ...invalidAll(gate, text, checkQualifiedName(text)),
      ...(isRepeated ? [duplicate(gate, text)] : []),
    ]
  })
}
