import type { IntOrString } from '../meta.ts'
import type { PodTemplate } from '../pod.ts'
import { selectorMatches, type LabelSelector } from '../selector.ts'
import type { DeploymentSpec, DeploymentStrategy, ReplicaSetSpec } from '../workload.ts'
import {
  forbidden,
  invalid,
  invalidAll,
  notSupported,
  required,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import { validateSelector } from './label-selector.ts'
import { validateAnnotations, validateLabels } from './metadata.ts'
import { checkCountOrPercent, checkNotNegative } from './names.ts'
import { validatePodSpec } from './pod-spec.ts'

/** pkg/apis/apps/validation/validation.go, ValidateDeploymentSpec. */
export function validateDeploymentSpec(
  spec: Draft<DeploymentSpec> = {},
  at: FieldPath,
): readonly FieldFault[] {
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec
  const tooShort = deadline !== undefined && deadline <= minReadySeconds
  return [
    ...notNegative(spec, 'replicas', at),
    ...validateOwnSelector(spec.selector, 'deployment', at.child('selector')),
    ...validateTemplate(spec, at.child('template')),
    ...validateStrategy(spec.strategy ?? {}, at.child('strategy')),
    ...notNegative(spec, 'minReadySeconds', at),
    ...notNegative(spec, 'revisionHistoryLimit', at),
    ...notNegative(spec, 'progressDeadlineSeconds', at),
    ...(tooShort
      ? [
          invalid(
            at.child('progressDeadlineSeconds'),
            deadline,
            'must be greater than minReadySeconds',
          ),
        ]
      : []),
  ]
}

export function validateReplicaSetSpec(
  spec: Draft<ReplicaSetSpec> = {},
  at: FieldPath,
): readonly FieldFault[] {
  return [
    ...notNegative(spec, 'replicas', at),
    ...notNegative(spec, 'minReadySeconds', at),
    ...validateOwnSelector(spec.selector, 'replicaset', at.child('selector')),
    ...validateTemplate(spec, at.child('template')),
  ]
}

function notNegative<F extends string>(
  spec: { readonly [K in F]?: number | undefined },
  field: F,
  at: FieldPath,
): readonly FieldFault[] {
  const value = spec[field]
  return value === undefined ? [] : invalidAll(at.child(field), value, checkNotNegative(value))
}

function validateOwnSelector(
  selector: Draft<LabelSelector> | undefined,
  kind: string,
  at: FieldPath,
): readonly FieldFault[] {
  if (selector === undefined) return [required(at)]
  const faults = validateSelector(selector, at)
  if (faults.length > 0) return [...faults, invalid(at, selector, 'invalid label selector')]
  return isEmpty(selector) ? [invalid(at, {}, `empty selector is invalid for ${kind}`)] : []
}

function isSound(selector: Draft<LabelSelector>, at: FieldPath): selector is LabelSelector {
  return validateSelector(selector, at).length === 0
}

function isEmpty({ matchLabels, matchExpressions }: Draft<LabelSelector>): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0
}

function validateTemplate(
  { selector, template }: Draft<Pick<DeploymentSpec, 'selector' | 'template'>>,
  at: FieldPath,
): readonly FieldFault[] {
  const labels = template?.metadata?.labels
  const faultyLabels = validateLabels(labels, at.child('labels'))
  const { restartPolicy } = template?.spec ?? {}
  return [
    ...validateMatch(selector, template, at),
    // Kubernetes prints the labels and annotations of a template without their `metadata`.
    ...faultyLabels.map((fault) => ({
      ...fault,
      pointer: fault.pointer.replace('/labels', '/metadata/labels'),
    })),
    ...validateAnnotations(template?.metadata?.annotations, at.child('annotations')).map(
      (fault) => ({
        ...fault,
        pointer: fault.pointer.replace('/annotations', '/metadata/annotations'),
      }),
    ),
    ...validatePodSpec(template?.spec, at.child('spec')),
    ...(restartPolicy === undefined || restartPolicy === 'Always'
      ? []
      : [notSupported(at.child('spec', 'restartPolicy'), restartPolicy, ['Always'])]),
    ...(template?.spec?.activeDeadlineSeconds === undefined
      ? []
      : [
          forbidden(
            at.child('spec', 'activeDeadlineSeconds'),
            'activeDeadlineSeconds in ReplicaSet is not Supported',
          ),
        ]),
  ]
}

/** A faulty or empty selector is told as such, and not compared. */
function validateMatch(
  selector: Draft<LabelSelector> | undefined,
  template: Draft<PodTemplate> | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  const labels = template?.metadata?.labels
  if (selector !== undefined) {
    if (isEmpty(selector) || !isSound(selector, at)) return []
    const pairs = Object.entries(labels ?? {}).map(([key, value]) => [key, value ?? ''])
    if (selectorMatches(selector, Object.fromEntries(pairs))) return []
  }
  return [
    invalid(at.child('metadata', 'labels'), labels, '`selector` does not match template `labels`'),
  ]
}

function validateStrategy(
  strategy: Draft<DeploymentStrategy>,
  at: FieldPath,
): readonly FieldFault[] {
  const { type, rollingUpdate } = strategy
  switch (type) {
    case 'Recreate':
      if (rollingUpdate === undefined) return []
      return [
        forbidden(
          at.child('rollingUpdate'),
          "may not be specified when strategy `type` is 'Recreate'",
        ),
      ]
    case 'RollingUpdate':
    case undefined:
      return validateBudgets(rollingUpdate ?? {}, at.child('rollingUpdate'))
    default: {
      const printed = { Type: type, RollingUpdate: null }
      return [notSupported(at, printed, ['Recreate', 'RollingUpdate'])]
    }
  }
}

function validateBudgets(
  { maxUnavailable, maxSurge }: Draft<NonNullable<DeploymentStrategy['rollingUpdate']>>,
  at: FieldPath,
): readonly FieldFault[] {
  const unavailableAt = at.child('maxUnavailable')
  const bothZero = isZero(maxUnavailable) && isZero(maxSurge)
  const tooMany = percentOf(maxUnavailable) > 100
  return [
    ...validateBudget(maxUnavailable, unavailableAt),
    ...validateBudget(maxSurge, at.child('maxSurge')),
    ...(bothZero
      ? [invalid(unavailableAt, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...(tooMany ? [invalid(unavailableAt, maxUnavailable, 'must not be greater than 100%')] : []),
  ]
}

function validateBudget(value: IntOrString | undefined, at: FieldPath): readonly FieldFault[] {
  return value === undefined ? [] : invalidAll(at, value, checkCountOrPercent(value))
}

/** What is no percentage counts as zero, as it does in Kubernetes. An absent budget is not zero yet. */
function isZero(value: IntOrString | undefined): boolean {
  if (value === undefined) return false
  return typeof value === 'number' ? value === 0 : percentOf(value) === 0
}

function percentOf(value: IntOrString | undefined): number {
  return typeof value === 'string' && /^[0-9]+%$/.test(value) ? Number(value.slice(0, -1)) : 0
}
