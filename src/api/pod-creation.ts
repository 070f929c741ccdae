import { type Fields, fieldsOf, isFields, textOf } from '../base/fields.ts'
import { mapField, mapItems } from './defaults/fill.ts'

const TERMS = 'requiredDuringSchedulingIgnoredDuringExecution'
const WEIGHTED_TERMS = 'preferredDuringSchedulingIgnoredDuringExecution'

/**
 * A new pod with the values that its own labels have today in the selectors that ask for them by `matchLabelKeys` and
 * `mismatchLabelKeys` (podStrategy.PrepareForCreate). Labels that change later do not count.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#topologyspreadconstraints-field
 */
export function withLabelKeys(pod: Fields): Fields {
  const labels = fieldsOf(fieldsOf(pod['metadata'])['labels'])
  const fold = (term: Fields): Fields => withSelected(term, labels)
  return mapField(pod, 'spec', (spec) => {
    const spread = mapItems(spec, 'topologySpreadConstraints', fold)
    return mapField(spread, 'affinity', (affinity) =>
      ['podAffinity', 'podAntiAffinity'].reduce(
        (whole, kind) => mapField(whole, kind, (terms) => withFoldedTerms(terms, fold)),
        affinity,
      ),
    )
  })
}

function withFoldedTerms(terms: Fields, fold: (term: Fields) => Fields): Fields {
  return mapItems(mapItems(terms, TERMS, fold), WEIGHTED_TERMS, (weighted) =>
    mapField(weighted, 'podAffinityTerm', fold),
  )
}

/** A term without a selector means nothing, whatever its keys. */
function withSelected(term: Fields, labels: Fields): Fields {
  const requirements = [
    ...requirementsOf(term['matchLabelKeys'], 'In', labels),
    ...requirementsOf(term['mismatchLabelKeys'], 'NotIn', labels),
  ]
  if (requirements.length === 0) return term
  return mapField(term, 'labelSelector', (selector) => {
    const { matchExpressions } = selector
    const present: readonly unknown[] = Array.isArray(matchExpressions) ? matchExpressions : []
    return { ...selector, matchExpressions: [...present, ...requirements] }
  })
}

function requirementsOf(
  keys: unknown,
  operator: 'In' | 'NotIn',
  labels: Fields,
): readonly Fields[] {
  if (!Array.isArray(keys)) return []
  return keys
    .map(textOf)
    .filter((key) => Object.hasOwn(labels, key))
    .map((key) => ({ key, operator, values: [labels[key]] }))
}

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
}

/** A new pod that is held back says so from the beginning. */
export function withGateCondition(pod: Fields): Fields {
  const { schedulingGates: gates } = fieldsOf(pod['spec'])
  if (!Array.isArray(gates) || gates.length === 0 || !isFields(pod['status'])) return pod
  const { creationTimestamp } = fieldsOf(pod['metadata'])
  const condition = { ...GATED, lastTransitionTime: creationTimestamp }
  return mapField(pod, 'status', (status) => ({ ...status, conditions: [condition] }))
}
