import { forbidden, invalid, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { validateSelectorField } from './label-selector.ts'
import { checkLabel, checkLabelValue, checkQualifiedName, checkSubdomain } from './names.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

/** https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#affinity-and-anti-affinity */
export function validateAffinity(affinity: Field): readonly FieldFault[] {
  return [
    ...validateNodeAffinity(affinity.field('nodeAffinity')),
    ...validatePodAffinity(affinity.field('podAffinity')),
    ...validatePodAffinity(affinity.field('podAntiAffinity')),
  ]
}

function validateNodeAffinity(affinity: Field): readonly FieldFault[] {
  const selector = affinity.field(REQUIRED)
  return [
    ...(selector.isPresent ? validateNodeSelector(selector) : []),
    ...affinity
      .field(PREFERRED)
      .items.flatMap((term) => [
        ...validateWeight(term.field('weight')),
        ...validateNodeTerm(term.field('preference'), 'preferred'),
      ]),
  ]
}

function validateNodeSelector(selector: Field): readonly FieldFault[] {
  const terms = selector.field('nodeSelectorTerms')
  if (terms.items.length === 0) {
    return [required(terms, 'must have at least one node selector term')]
  }
  return terms.items.flatMap((term) => validateNodeTerm(term, 'required'))
}

/** Values of what is only preferred may be anything: nothing depends on them. */
function validateNodeTerm(term: Field, strength: 'required' | 'preferred'): readonly FieldFault[] {
  return [
    ...term
      .field('matchExpressions')
      .items.flatMap((requirement) => validateNodeRequirement(requirement, strength)),
    ...term.field('matchFields').items.flatMap(validateFieldRequirement),
  ]
}

function validateNodeRequirement(
  requirement: Field,
  strength: 'required' | 'preferred',
): readonly FieldFault[] {
  const key = requirement.field('key')
  const values = requirement.field('values').items
  return [
    ...validateValueCount(requirement),
    ...checkQualifiedName(key.text).map((detail) => invalid(key, key.text, detail)),
    ...(strength === 'preferred'
      ? []
      : values.flatMap((value) =>
          checkLabelValue(value.text).map((detail) => invalid(value, value.text, detail)),
        )),
  ]
}

function validateValueCount(requirement: Field): readonly FieldFault[] {
  const operator = requirement.field('operator')
  const values = requirement.field('values')
  const count = values.items.length
  switch (operator.text) {
    case 'In':
    case 'NotIn':
      return count > 0
        ? []
        : [required(values, "must be specified when `operator` is 'In' or 'NotIn'")]
    case 'Exists':
    case 'DoesNotExist':
      return count === 0
        ? []
        : [forbidden(values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
    case 'Gt':
    case 'Lt':
      return count === 1
        ? []
        : [required(values, "must be specified single value when `operator` is 'Lt' or 'Gt'")]
    default:
      return [invalid(operator, operator.text, 'not a valid selector operator')]
  }
}

/** The only field of a Node that can be asked for is its name. */
function validateFieldRequirement(requirement: Field): readonly FieldFault[] {
  const operator = requirement.field('operator')
  const key = requirement.field('key')
  const values = requirement.field('values')
  const isKnown = operator.text === 'In' || operator.text === 'NotIn'
  const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
  return [
    ...(isKnown && values.items.length !== 1 ? [required(values, detail)] : []),
    ...(isKnown ? [] : [invalid(operator, operator.text, 'not a valid selector operator')]),
    ...(key.text === 'metadata.name'
      ? values.items.flatMap((value) =>
          checkSubdomain(value.text).map((fault) => invalid(value, value.text, fault)),
        )
      : [invalid(key, key.text, 'not a valid field selector key')]),
  ]
}

function validatePodAffinity(affinity: Field): readonly FieldFault[] {
  return [
    ...affinity.field(REQUIRED).items.flatMap(validatePodTerm),
    ...affinity
      .field(PREFERRED)
      .items.flatMap((weighted) => [
        ...validateWeight(weighted.field('weight')),
        ...validatePodTerm(weighted.field('podAffinityTerm')),
      ]),
  ]
}

function validatePodTerm(term: Field): readonly FieldFault[] {
  const topologyKey = term.field('topologyKey')
  const namespaceAt = term.child('namespace')
  return [
    ...validateSelectorField(term.field('labelSelector')),
    ...validateSelectorField(term.field('namespaceSelector')),
    ...term
      .field('namespaces')
      .texts.flatMap((name) =>
        checkLabel(name).map((detail) => invalid(namespaceAt, name, detail)),
      ),
    ...validateLabelKeys(term),
    ...(topologyKey.text === '' ? [required(topologyKey, 'can not be empty')] : []),
    ...checkQualifiedName(topologyKey.text).map((detail) =>
      invalid(topologyKey, topologyKey.text, detail),
    ),
  ]
}

/** `matchLabelKeys` and `mismatchLabelKeys`: of the pod's own labels. */
export function validateLabelKeys(term: Field): readonly FieldFault[] {
  const [matching, mismatching] = [term.field('matchLabelKeys'), term.field('mismatchLabelKeys')]
  const selector = term.field('labelSelector')
  const faults = [matching, mismatching].flatMap((keys) => {
    if (keys.items.length === 0) return []
    if (!selector.isPresent) {
      return [forbidden(keys, 'must not be specified when labelSelector is not set')]
    }
    return keys.items.flatMap((key) =>
      checkQualifiedName(key.text).map((detail) => invalid(key, key.text, detail)),
    )
  })
  const selected = new Set(selector.field('matchLabels').entries.map(([key]) => key))
  for (const requirement of selector.field('matchExpressions').items) {
    const key = requirement.field('key').text
    const index = matching.texts.lastIndexOf(key)
    if (index !== -1 && selected.has(key)) {
      faults.push(invalid(term.item(index), key, 'exists in both matchLabelKeys and labelSelector'))
    }
    selected.add(key)
  }
  const both = matching.items.filter(({ text }) => mismatching.texts.includes(text))
  const detail = 'exists in both matchLabelKeys and mismatchLabelKeys'
  return [...faults, ...both.map((key) => invalid(key, key.text, detail))]
}

function validateWeight(weight: Field): readonly FieldFault[] {
  const value = weight.number ?? 0
  return value >= 1 && value <= 100 ? [] : [invalid(weight, value, 'must be in the range 1-100')]
}
