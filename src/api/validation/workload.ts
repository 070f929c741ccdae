import type { IntOrString } from '../meta.ts'
import type { PodTemplate } from '../pod.ts'
import { selectorMatches, type LabelSelector } from '../selector.ts'
import type { DeploymentSpec, DeploymentStrategy, ReplicaSetSpec } from '../workload.ts'
import { forbidEphemeralContainers } from './container.ts'
import {
  FieldPath,
  forbidden,
  invalid,
  invalidAll,
  notSupported,
  required,
  type Draft,
  type FieldFault,
} from './fault.ts'
import { Field } from './field.ts'
import { forbidPresent } from './field-checks.ts'
import { validateSelector } from './label-selector.ts'
import { validateAnnotations, validateLabels } from './metadata.ts'
import { checkCountOrPercent, checkNotNegative } from './names.ts'
import { validatePodAnnotations } from './pod-annotations.ts'
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
    ...validateOwnSelector(spec.selector, at.child('selector')),
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
    ...validateOwnSelector(spec.selector, at.child('selector')),
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

/** Kubernetes speaks of a deployment to a ReplicaSet, too. */
function validateOwnSelector(
  selector: Draft<LabelSelector> | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  if (selector === undefined) return [required(at)]
  const faults = validateSelector(selector, at)
  if (faults.length > 0) return [...faults, invalid(at, selector, 'invalid label selector')]
  return isEmpty(selector) ? [invalid(at, {}, 'empty selector is invalid for deployment')] : []
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
  // Go cannot make a selector of a faulty one, and then has nothing to compare the template with.
  if (selector !== undefined && !isSound(selector, at)) return []
  const field = new Field(template, at)
  const metadata = field.field('metadata')
  const spec = field.field('spec')
  const restartPolicy = spec.field('restartPolicy')
  return [
    ...validateMatch(selector, template, at),
    ...validateLabels(template?.metadata?.labels, printedIn(metadata, 'labels', at)),
    ...validateAnnotations(template?.metadata?.annotations, printedIn(metadata, 'annotations', at)),
    ...validatePodAnnotations(
      metadata.field('annotations').at(printedIn(metadata, 'annotations', at)),
      spec,
    ),
    ...validatePodSpec(spec, 'template'),
    ...forbidEphemeralContainers(spec, 'ephemeral containers not allowed in pod template'),
    ...(restartPolicy.isPresent && restartPolicy.text !== 'Always'
      ? [notSupported(restartPolicy, restartPolicy.text, ['Always'])]
      : []),
    ...forbidPresent(
      spec.field('activeDeadlineSeconds'),
      'activeDeadlineSeconds in ReplicaSet is not Supported',
    ),
  ]
}

/** Kubernetes prints the labels and annotations of a template without their `metadata`. */
function printedIn(metadata: Field, name: string, at: FieldPath): FieldPath {
  return new FieldPath(at.child(name).path, metadata.child(name).pointer)
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
      const printed = { Type: type, RollingUpdate: printBudgets(rollingUpdate) }
      return [notSupported(at, printed, ['Recreate', 'RollingUpdate'])]
    }
  }
}

/** As Go's internal type is printed: a budget that nobody gave is 0. */
function printBudgets(budgets: Draft<DeploymentStrategy['rollingUpdate']>): object | null {
  if (budgets === undefined) return null
  const { maxUnavailable = 0, maxSurge = 0 } = budgets
  return { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge }
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
