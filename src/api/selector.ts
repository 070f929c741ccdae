import { compareTexts } from '../base/compare-texts.ts'
import { memberOf } from '../base/fields.ts'
import type { Labels } from './meta.ts'

export interface LabelSelectorRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[]
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export interface LabelSelector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly LabelSelectorRequirement[]
}

/** True when every requirement holds. An empty selector matches everything, a missing one nothing. */
export function selectorMatches(
  selector: LabelSelector | undefined,
  labels: Labels | undefined,
): boolean {
  if (selector === undefined) return false
  return (
    labelsMatch(selector.matchLabels ?? {}, labels) &&
    (selector.matchExpressions ?? []).every((requirement) => holds(requirement, labels ?? {}))
  )
}

/** A label may be called as what every JavaScript object inherits: `constructor`. */
export function labelValue(labels: Labels | undefined, key: string): string | undefined {
  return memberOf(labels, key)
}

/** Equality on every pair of `wanted`: the selector of a Service. */
export function labelsMatch(wanted: Labels, labels: Labels | undefined): boolean {
  return Object.entries(wanted).every(([key, value]) => labels?.[key] === value)
}

function holds({ key, operator, values = [] }: LabelSelectorRequirement, labels: Labels): boolean {
  const value = labelValue(labels, key)
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

/** As it stands in a URL or in `kubectl get -o wide`: `app=web,tier in (a,b),!old`; sorted by key. */
export function formatLabelSelector({
  matchLabels = {},
  matchExpressions = [],
}: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => ({
    key,
    text: `${key}=${value}`,
  }))
  const others = matchExpressions.map((requirement) => ({
    key: requirement.key,
    text: formatRequirement(requirement),
  }))
  const all = [...equal, ...others].toSorted((a, b) => compareTexts(a.key, b.key))
  return all.map(({ text }) => text).join(',')
}

function formatRequirement({ key, operator, values = [] }: LabelSelectorRequirement): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.toSorted().join(',')})`
    case 'NotIn':
      return `${key} notin (${values.toSorted().join(',')})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
  }
}
